package io.weir.core.snapshot;

import io.weir.core.health.BackendKey;
import io.weir.core.model.Configuration;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/**
 * Configuration and live membership at one moment. A handler reads it once per connection or request and keeps the values that it needs,
 * never the snapshot.
 *
 * @param generation counts up with every publication
 * @param revision of the configuration
 */
public record Snapshot(long generation, long revision, Configuration configuration, Map<String, PoolView> pools,
        Map<String, ListenerView> listeners) {
    public static final Snapshot EMPTY = new Snapshot(0, 0, Configuration.EMPTY, Map.of(), Map.of());

    public Snapshot {
        pools = Map.copyOf(pools);
        listeners = Map.copyOf(listeners);
    }

    public Optional<ListenerView> listener(String name) {
        return Optional.ofNullable(listeners.get(name));
    }

    public Optional<PoolView> pool(String name) {
        return Optional.ofNullable(pools.get(name));
    }

    /**
     * Whether the connections to a backend at {@code address} are to end: it is not there any more, its operator drains or disabled it, or there is an
     * occasion to drain it that its pool lists.
     */
    public boolean letsGo(BackendKey backend, InetSocketAddress address) {
        PoolView view = pools.get(backend.pool());
        return view == null || view.members()
            .stream()
            .filter(member -> member.key().equals(backend))
            .findFirst()
            .map(member -> SnapshotDiff.letsGo(member, address, view.pool().draining()))
            .orElse(true);
    }
}
