package io.weir.core.config;

import io.weir.core.model.Algorithm;
import io.weir.core.model.Algorithm.HashKey;
import io.weir.core.model.Listener;
import io.weir.core.model.Pool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the listeners of a pool must speak for its settings to work. */
final class PoolUse {
    private PoolUse() {}

    /** Only datagrams have QUIC connection ids. */
    static void refuseConnectionIdsOfStreams(Fields fields) {
        Map<String, Pool> pools = fields.given(TrafficKeys.POOLS).orElse(Map.of());
        streamProtocols(fields).forEach((name, protocol) -> {
            if (Optional.ofNullable(pools.get(name)).map(Pool::algorithm).orElse(null) instanceof Algorithm.Maglev maglev
                    && maglev.key() == HashKey.QUIC_ID) {
                fields.problemAt(List.of(TrafficKeys.POOLS.name(), name, PoolKeys.HASH_KEY.name()),
                        "source or tuple, since a listener with protocol " + protocol + " uses the pool");
            }
        });
    }

    /** By pool: of a listener that uses it, perhaps in the place of another pool, and is not of datagrams. */
    private static Map<String, String> streamProtocols(Fields fields) {
        Map<String, String> poolByListener = fields.texts(TrafficKeys.LISTENERS, ListenerKeys.TCP_POOL.name());
        Map<String, String> protocolByPool = new LinkedHashMap<>();
        fields.given(TrafficKeys.LISTENERS).orElse(Map.of()).forEach((name, listener) -> {
            if (!(listener instanceof Listener.Udp)) {
                Optional.ofNullable(poolByListener.get(name)).ifPresent(pool -> protocolByPool.put(pool, listener.protocol()));
            }
            if (listener instanceof Listener.Tls tls) {
                tls.routes().forEach(route -> protocolByPool.put(route.pool(), listener.protocol()));
            }
            if (listener instanceof Listener.Http http) {
                http.routes().forEach(route -> protocolByPool.put(route.pool(), listener.protocol()));
            }
        });
        Map<String, String> sorryByPool = fields.texts(TrafficKeys.POOLS, PoolKeys.SORRY_POOL.name());
        Map.copyOf(protocolByPool)
            .forEach(
                    (pool, protocol) -> Optional.ofNullable(sorryByPool.get(pool)).ifPresent(sorry -> protocolByPool.put(sorry, protocol)));
        return protocolByPool;
    }
}
