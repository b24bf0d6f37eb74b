package io.weir.l7.exchange;

import io.weir.core.balance.LoopBackend;
import io.weir.net.CloseReason;
import io.weir.net.session.LiveConnection;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection as it stands among the live ones of its loop. It has a backend while a request is at one, or on
 * its way there. Confined to the loop.
 */
final class HttpSession extends LiveConnection {
    private final ClientConnection connection;
    private final String listener;
    private long bytesIn;
    private long bytesOut;

    HttpSession(ClientConnection connection, String listener) {
        this.connection = connection;
        this.listener = listener;
    }

    void received(int bytes) {
        bytesIn += bytes;
    }

    void sent(int bytes) {
        bytesOut += bytes;
    }

    @Override
    public String listener() {
        return listener;
    }

    @Override
    public @Nullable LoopBackend backend() {
        return connection.backend();
    }

    @Override
    public InetSocketAddress client() {
        return connection.origin().client();
    }

    @Override
    public long bytesToBackend() {
        return bytesIn;
    }

    @Override
    public long bytesToClient() {
        return bytesOut;
    }

    @Override
    public void cut(CloseReason reason) {
        connection.kick();
    }
}
