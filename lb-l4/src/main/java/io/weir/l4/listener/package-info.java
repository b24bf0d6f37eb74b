/** Layer 4 listeners, opened, closed and drained as snapshots say. */
@NullMarked
package io.weir.l4.listener;

import org.jspecify.annotations.NullMarked;
