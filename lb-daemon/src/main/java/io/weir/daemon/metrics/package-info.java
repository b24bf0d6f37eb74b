/** What the daemon tells Prometheus: per-loop counters summed when they are read. */
@NullMarked
package io.weir.daemon.metrics;

import org.jspecify.annotations.NullMarked;
