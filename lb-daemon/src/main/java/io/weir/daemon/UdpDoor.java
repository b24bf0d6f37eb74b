package io.weir.daemon;

import io.weir.daemon.control.Door;
import io.weir.l4.listener.OpenUdpListener;
import io.weir.l4.listener.UdpListenerStatus;
import io.weir.net.ListeningSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The door of a UDP listener: its connections are flows, its requests datagrams of clients. Any thread. */
record UdpDoor(OpenUdpListener listener) implements Door {
    @Override
    public InetSocketAddress address() {
        return listener.address();
    }

    @Override
    public Traffic traffic() {
        UdpListenerStatus status = listener.status();
        return new Traffic(status.flows(), status.admitted(), status.refusedByReason(), status.datagramsToBackends(),
                status.bytesToBackends(), status.bytesToClients(), 0, Map.of(), ends(status), Map.of(), status.redispatched(), 0);
    }

    @Override
    public List<ListeningSocket> sockets() {
        return listener.sockets();
    }

    private static Map<String, Long> ends(UdpListenerStatus status) {
        Map<String, Long> ends = new HashMap<>();
        status.closedByReason().forEach((reason, count) -> ends.put(reason.text(), count));
        status.drops().forEach((drop, count) -> ends.put("dropped: " + drop.text(), count));
        return ends;
    }

    @Override
    public CompletableFuture<Void> close(Duration grace) {
        if (grace.isZero()) {
            return listener.cut();
        }
        CompletableFuture.delayedExecutor(grace.toNanos(), TimeUnit.NANOSECONDS).execute(() -> {
            var _ = listener.cut();
        });
        return listener.stopAdmitting();
    }
}
