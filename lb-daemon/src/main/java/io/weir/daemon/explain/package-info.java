/** Pure: where a client's connection or request would go now, and why nowhere else. */
@NullMarked
package io.weir.daemon.explain;

import org.jspecify.annotations.NullMarked;
