/** The control thread's parts on their own. */
@NullMarked
package io.weir.daemon.control;

import org.jspecify.annotations.NullMarked;
