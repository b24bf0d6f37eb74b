@NullMarked
package io.weir.daemon.explain;

import org.jspecify.annotations.NullMarked;
