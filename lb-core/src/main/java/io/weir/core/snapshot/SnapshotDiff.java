package io.weir.core.snapshot;

import io.weir.core.health.BackendKey;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one publication changed for those that hold sockets.
 *
 * @param leaving backends that were in the snapshot before and now take no new connection because an operator removed, moved, drained or disabled
 *        them, with what becomes of their open connections
 */
public record SnapshotDiff(Snapshot before, Snapshot after, Map<BackendKey, Leaving> leaving) {

    /**
     * What becomes of the open connections of a backend that goes.
     *
     * @param address that the connections in question go to: a backend that moved keeps its name
     * @param graceNanos after which open connections are cut; 0 cuts at once
     */
    public record Leaving(InetSocketAddress address, long graceNanos) {}

    @SuppressWarnings("ReferenceEquality") // views that did not change are shared
    static SnapshotDiff between(Snapshot before, Snapshot after) {
        Map<BackendKey, Leaving> leaving = new LinkedHashMap<>();
        for (PoolView pool : before.pools().values()) {
            PoolView now = after.pools().get(pool.name());
            if (now != pool) {
                pool.members().forEach(member -> {
                    long grace = now == null ? pool.pool().drain().toNanos() : graceNanos(member, now);
                    if (grace >= 0) {
                        leaving.put(member.key(), new Leaving(member.backend().address(), grace));
                    }
                });
            }
        }
        return new SnapshotDiff(before, after, leaving);
    }

    /** Negative: the member stays, or was leaving already. */
    private static long graceNanos(Member was, PoolView pool) {
        for (Member now : pool.members()) {
            if (now.key().equals(was.key())) {
                return graceNanos(was, now, pool);
            }
        }
        return pool.pool().drain().toNanos();
    }

    private static long graceNanos(Member was, Member now, PoolView pool) {
        if (!now.backend().address().equals(was.backend().address())) {
            return pool.pool().drain().toNanos();
        }
        if (now.backend().adminState() == was.backend().adminState()) {
            return -1;
        }
        return switch (now.backend().adminState()) {
            case ENABLED -> -1;
            case DRAIN -> pool.pool().drain().toNanos();
            case DISABLED -> 0;
        };
    }
}
