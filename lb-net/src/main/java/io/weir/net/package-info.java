/** Transports, event loops, sockets and the relay between two of them. */
@NullMarked
package io.weir.net;

import org.jspecify.annotations.NullMarked;
