package io.weir.daemon.admin;

import io.weir.core.health.BackendKey;
import io.weir.core.snapshot.PoolView;
import io.weir.core.zone.Shortfall;
import io.weir.daemon.control.BackendTraffic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A pool as lists show it.
 *
 * @param mode normal, panic or sorry
 * @param tierCause why traffic goes to the active tier
 * @param returnsAt when it goes home by itself if nothing happens before
 * @param quorum whether enough weight is in service
 * @param quorumWeight what is in service
 * @param spareZone whether any one zone may fail; empty: it stands in one alone
 * @param shortfall the zone that it could not afford to lose
 */
record PoolRow(String name, String algorithm, String mode, String activeTier, String tierCause, Optional<Instant> tierSince,
        Optional<Instant> returnsAt, boolean quorum, int quorumWeight, int minimumWeight, Optional<Boolean> spareZone,
        Optional<Shortfall> shortfall, int healthy, int total, long connections) {

    private static PoolRow of(PoolView view, Map<BackendKey, BackendTraffic> traffic) {
        int healthy = (int) view.members().stream().filter(member -> member.status().state().live()).count();
        long connections = view.members().stream().mapToLong(m -> traffic.getOrDefault(m.key(), BackendTraffic.NONE).connections()).sum();
        return new PoolRow(view.name(), view.pool().algorithm().text(), view.mode().text(), view.activeTier().text(),
                view.tier().reason().text(), view.tier().since(), view.tier().returnsAt(), view.quorum(), view.quorumWeight(),
                view.pool().quorum().minimumWeight(), view.spareZone(),
                view.shortfall(), healthy, view.members().size(), connections);
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
