/** The server's side of TLS: certificates, contexts, the beginning of a client's handshake. */
@NullMarked
package io.weir.net.tls;

import org.jspecify.annotations.NullMarked;
