package io.weir.core.snapshot;

import io.weir.core.health.BackendKey;
import io.weir.core.model.Backend;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one publication changed for those that hold sockets.
 *
 * @param leaving backends that were in the snapshot before and now take no new connection because an operator removed, moved, drained or disabled
 *        them, with what becomes of their open connections
 */
public record SnapshotDiff(Snapshot before, Snapshot after, Map<BackendKey, Leaving> leaving) {
    public SnapshotDiff {
        leaving = Map.copyOf(leaving);
    }

    /**
     * What becomes of the open connections of a backend that goes.
     *
     * @param address that the connections in question go to: a backend that moved keeps its name
     * @param graceNanos after which open connections are cut; 0 cuts at once
     */
    public record Leaving(InetSocketAddress address, long graceNanos) {}

    @SuppressWarnings("ReferenceEquality") // a pool of the same configuration is the same object
    static SnapshotDiff between(Snapshot before, Snapshot after) {
        Map<BackendKey, Leaving> leaving = new LinkedHashMap<>();
        for (PoolView was : before.pools().values()) {
            PoolView now = after.pools().get(was.name());
            if (now == null || now.pool() != was.pool()) {
                addLeaving(was, now, leaving);
            }
        }
        return new SnapshotDiff(before, after, leaving);
    }

    private static void addLeaving(PoolView was, @Nullable PoolView now, Map<BackendKey, Leaving> leaving) {
        long drainNanos = (now == null ? was : now).pool().draining().timeout().toNanos();
        Map<String, Backend> backends = now == null ? Map.of() : now.pool().backends();
        for (Member member : was.members()) {
            Backend backend = backends.get(member.backend().name());
            long graceNanos = backend == null ? drainNanos : graceNanos(member.backend(), backend, drainNanos);
            if (graceNanos >= 0) {
                leaving.put(member.key(), new Leaving(member.backend().address(), graceNanos));
            }
        }
    }

    /** Negative: the backend stays, or was leaving already. */
    private static long graceNanos(Backend was, Backend now, long drainNanos) {
        if (!now.address().equals(was.address())) {
            return drainNanos;
        }
        if (now.adminState() == was.adminState()) {
            return -1;
        }
        return switch (now.adminState()) {
            case ENABLED -> -1;
            case DRAIN -> drainNanos;
            case DISABLED -> 0;
        };
    }
}
