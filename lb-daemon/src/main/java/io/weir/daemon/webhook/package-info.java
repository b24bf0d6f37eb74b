/** Tells others of events by HTTP: queues, attempts, signatures. */
@NullMarked
package io.weir.daemon.webhook;

import org.jspecify.annotations.NullMarked;
