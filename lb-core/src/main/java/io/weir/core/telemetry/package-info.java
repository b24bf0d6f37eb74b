/** Counters that one event loop writes and anybody reads, and the bounded log of state changes. */
@NullMarked
package io.weir.core.telemetry;

import org.jspecify.annotations.NullMarked;
