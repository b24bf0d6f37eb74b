/** Which backend the connections of one source stay at: bounded tables that all loops share, and what changes in them. */
@NullMarked
package io.weir.core.affinity;

import org.jspecify.annotations.NullMarked;
