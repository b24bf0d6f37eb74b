package io.weir.l4.session;

import io.weir.core.balance.FlowHash;
import io.weir.core.model.Algorithm;
import io.weir.core.snapshot.PoolView;
import io.weir.net.RelayConnection;
import java.net.InetSocketAddress;

/** The hash of a connection's key, as its pool wants it. Any thread. */
public final class KeyHash {
    private KeyHash() {
    }

    /** The hash; 0 where the pool's algorithm asks for none. Without a QUIC connection id the client's address stands for one. */
    public static long of(PoolView pool, RelayConnection connection) {
        if (!(pool.pool().algorithm() instanceof Algorithm.Maglev maglev)) {
            return 0;
        }
        InetSocketAddress client = connection.clientAddress();
        return switch (maglev.key()) {
            case SOURCE, QUIC_ID -> FlowHash.source(client.getAddress().getAddress());
            case TUPLE -> {
                InetSocketAddress local = connection.listenAddress();
                yield FlowHash.tuple(
                        client.getAddress().getAddress(), client.getPort(), local.getAddress().getAddress(),
                        local.getPort());
            }
        };
    }
}
