package io.weir.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;

/**
 * How one relayed connection's TLS is ended here: between the prefaces and the choice of a backend. Called on the connection's loop only, by
 * listeners that were opened for it.
 */
public interface RelayTls {
    /** What ends it; asked once. It has no deadline of its own. */
    SslHandler handler(ByteBufAllocator allocator);

    /** From now to the end of the handshake, more than 0. */
    Duration timeout();

    /** The handshake has succeeded. */
    void secured(SslHandler tls);

    /** The handshake has failed; the connection is closed next. */
    void failed(Throwable cause);
}
