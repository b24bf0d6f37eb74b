package io.weir.core.snapshot;

import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendState;
import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Draining;
import io.weir.core.model.Draining.Occasion;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one publication changed for those that hold sockets.
 *
 * @param leaving backends whose open connections have come to an end, or will: the operator drained or disabled them, or there is an
 *        {@link Occasion} that their pool lists
 */
public record SnapshotDiff(Snapshot before, Snapshot after, Map<BackendKey, Leaving> leaving) {
    public SnapshotDiff {
        leaving = Map.copyOf(leaving);
    }

    /**
     * What becomes of the open connections of a backend that goes.
     *
     * @param address that the connections in question go to: a backend that moved keeps its name
     * @param graceNanos after which open connections are cut if {@link Snapshot#letsGo} then holds still; 0 cuts at once
     */
    public record Leaving(InetSocketAddress address, long graceNanos) {}

    /** Whether there is another configuration or are other members, and not only other health. */
    @SuppressWarnings("ReferenceEquality") // what did not change is the same object
    public boolean reconfigured() {
        return before.configuration() != after.configuration();
    }

    @SuppressWarnings("ReferenceEquality") // a view that did not change is the same object
    static SnapshotDiff between(Snapshot before, Snapshot after) {
        Map<BackendKey, Leaving> leaving = new LinkedHashMap<>();
        for (PoolView was : before.pools().values()) {
            PoolView now = after.pools().get(was.name());
            if (now != was) {
                addLeaving(was, now, leaving);
            }
        }
        return new SnapshotDiff(before, after, leaving);
    }

    @SuppressWarnings("ReferenceEquality") // a pool of the same configuration is the same object
    private static void addLeaving(PoolView was, @Nullable PoolView now, Map<BackendKey, Leaving> leaving) {
        Draining draining = (now == null ? was : now).pool().draining();
        if (now != null && now.pool() == was.pool() && !draining.on().contains(Occasion.FAILED_CHECK)) {
            return;
        }
        Map<BackendKey, Member> memberByKey = new HashMap<>();
        if (now != null) {
            now.members().forEach(member -> memberByKey.put(member.key(), member));
        }
        for (Member member : was.members()) {
            long graceNanos = graceNanos(member, memberByKey.get(member.key()), draining);
            if (graceNanos >= 0) {
                leaving.put(member.key(), new Leaving(member.backend().address(), graceNanos));
            }
        }
    }

    /** Negative: the backend stays, or was leaving already. */
    private static long graceNanos(Member was, @Nullable Member now, Draining draining) {
        long timeoutNanos = draining.timeout().toNanos();
        if (now == null || !now.backend().address().equals(was.backend().address())) {
            return draining.on().contains(Occasion.REMOVAL) ? timeoutNanos : -1;
        }
        AdminState wanted = now.backend().adminState();
        if (wanted == AdminState.ENABLED || wanted == was.backend().adminState()) {
            return occasion(now, draining) && !occasion(was, draining) ? timeoutNanos : -1;
        }
        return wanted == AdminState.DISABLED ? 0 : timeoutNanos;
    }

    /** Whether there is an occasion to drain a member that stays where it is. */
    private static boolean occasion(Member member, Draining draining) {
        return (draining.on().contains(Occasion.WEIGHT_ZERO) && weightless(member.backend()))
                || (draining.on().contains(Occasion.FAILED_CHECK) && member.status().state() == BackendState.UNHEALTHY);
    }

    private static boolean weightless(Backend backend) {
        return backend.weight().units() == 0;
    }

    /** Whether the connections to a server of this address have no reason to stay. */
    static boolean letsGo(Member member, InetSocketAddress address, Draining draining) {
        return !member.backend().address().equals(address) || member.backend().adminState() != AdminState.ENABLED
                || occasion(member, draining);
    }
}
