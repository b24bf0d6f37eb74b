package io.weir.daemon;

import io.weir.daemon.control.Door;
import io.weir.l4.listener.OpenTcpListener;
import io.weir.l4.listener.TcpListenerStatus;
import io.weir.l4.listener.TlsListenerStatus;
import io.weir.net.CloseReason;
import io.weir.net.ListeningSocket;
import io.weir.net.session.Sessions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The door of a listener of TCP or TLS. Any thread. */
record TcpDoor(String name, OpenTcpListener listener, Sessions sessions) implements Door {
    @Override
    public InetSocketAddress address() {
        return listener.address();
    }

    @Override
    public Traffic traffic() {
        TcpListenerStatus status = listener.status();
        return new Traffic(status.open(), status.admitted(), refused(status), 0, status.bytesToBackends(),
                status.bytesToClients(), status.bytesSpliced(), Map.of(), ends(status), Map.of(), status.redispatched(), 0);
    }

    private static Map<String, Long> refused(TcpListenerStatus status) {
        Map<String, Long> refused = new HashMap<>(status.refusedByReason());
        if (status.tls().atLimit() > 0) {
            refused.put("max-handshakes", status.tls().atLimit());
        }
        return refused;
    }

    private static Map<String, Long> ends(TcpListenerStatus status) {
        Map<String, Long> ends = new HashMap<>();
        status.closedByReason().forEach((reason, count) -> ends.put(reason.text(), count));
        return ends;
    }

    @Override
    public List<ListeningSocket> sockets() {
        return listener.sockets();
    }

    @Override
    public Map<String, Long> handshakes() {
        TlsListenerStatus tls = listener.status().tls();
        Map<String, Long> outcomes = new HashMap<>(Map.of("full", tls.full(), "resumed", tls.resumed()));
        tls.failed().forEach((failure, count) -> outcomes.put("failed: " + failure.text(), count));
        return outcomes;
    }

    @Override
    public CompletableFuture<Void> close(Duration grace) {
        CompletableFuture<Void> closed = listener.stopAccepting();
        if (grace.isZero()) {
            var _ = sessions.cut(connection -> connection.listener().equals(name), CloseReason.DRAINED);
        }
        return closed;
    }
}
