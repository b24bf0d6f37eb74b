package io.weir.l4.listener;

import io.weir.net.CloseReason;
import io.weir.net.udp.Drop;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * What a UDP listener has done since it was opened, summed over all loops; each figure may be a moment old.
 *
 * @param address with the port that was bound
 * @param flows that there are now
 * @param admitted flows begun
 * @param refusedByReason flows that were not taken
 * @param redispatched datagrams that came back and made their flow go to another backend
 */
public record UdpListenerStatus(
        String listener,
        InetSocketAddress address,
        long flows,
        long admitted,
        Map<String, Long> refusedByReason,
        long redispatched,
        long datagramsToBackends,
        long datagramsToClients,
        long bytesToBackends,
        long bytesToClients,
        Map<CloseReason, Long> closedByReason,
        Map<Drop, Long> drops) {
    public UdpListenerStatus {
        refusedByReason = Map.copyOf(refusedByReason);
        closedByReason = Map.copyOf(closedByReason);
        drops = Map.copyOf(drops);
    }
}
