/** The way to the daemon's admin API: an HTTP/1.1 client over a unix socket or TCP, bounded and with deadlines. */
@NullMarked
package io.weir.cli.client;

import org.jspecify.annotations.NullMarked;
