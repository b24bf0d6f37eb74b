package io.weir.l4.listener;

import io.weir.net.CloseReason;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * What a TCP listener has done since it was opened, summed over all loops; each figure may be a moment old.
 *
 * @param address with the port that was bound
 * @param admitted connections taken
 * @param refusedByReason connections that were not taken
 * @param redispatched attempts that failed and were followed by one to another backend
 * @param backendsAtLimit backends passed over because they were at their limit
 * @param tls handshakes; all zero for one of TCP
 * @param acceptPauses how often an acceptor paused because descriptors or memory had run out
 * @param bytesSpliced those of both directions that did not pass through our memory
 */
public record TcpListenerStatus(
        String listener,
        InetSocketAddress address,
        long admitted,
        Map<String, Long> refusedByReason,
        long redispatched,
        long backendsAtLimit,
        long acceptPauses,
        long bytesToBackends,
        long bytesToClients,
        long bytesSpliced,
        Map<CloseReason, Long> closedByReason,
        TlsListenerStatus tls) {
    public TcpListenerStatus {
        refusedByReason = Map.copyOf(refusedByReason);
        closedByReason = Map.copyOf(closedByReason);
    }

    /** Connections that are open now. */
    public long open() {
        return Math.max(0, admitted - closedByReason.values().stream().mapToLong(Long::longValue).sum());
    }
}
