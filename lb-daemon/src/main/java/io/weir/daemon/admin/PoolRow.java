package io.weir.daemon.admin;

import io.weir.core.health.BackendKey;
import io.weir.core.snapshot.PoolView;
import io.weir.daemon.control.BackendTraffic;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A pool as lists show it. */
record PoolRow(String name, String algorithm, String activeTier, int healthy, int total, long connections) {

    private static PoolRow of(PoolView view, Map<BackendKey, BackendTraffic> traffic) {
        int healthy = (int) view.members().stream().filter(member -> member.status().state().live()).count();
        long connections = view.members().stream().mapToLong(m -> traffic.getOrDefault(m.key(), BackendTraffic.NONE).connections()).sum();
        return new PoolRow(view.name(), view.pool().algorithm().text(), view.activeTier().text(), healthy, view.members().size(),
                connections);
    }

    /** All pools of the newest snapshot, in the order of the file. */
    static List<PoolRow> all(Managed managed) {
        return all(managed.pools(), managed);
    }

    static List<PoolRow> all(Stream<PoolView> pools, Managed managed) {
        Map<BackendKey, BackendTraffic> traffic = managed.traffic().get();
        return pools.map(pool -> of(pool, traffic)).toList();
    }
}
