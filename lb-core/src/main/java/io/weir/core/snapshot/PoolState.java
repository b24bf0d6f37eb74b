package io.weir.core.snapshot;

import io.weir.core.affinity.Target;
import io.weir.core.balance.LoopBackend;
import io.weir.core.balance.PickState;
import io.weir.core.health.BackendKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One pool on one event loop: its backends as the loop knows them and where each group's balancing stands. Confined to the loop. */
public final class PoolState {
    private static final LoopBackend[] NOBODY = {};

    private final SplittableRandom random;
    private final Map<BackendKey, LoopBackend> backendByKey = new ConcurrentHashMap<>();
    private final @Nullable PickState[] pickBySlot = new PickState[Candidates.SLOTS];
    private final Map<Target, LoopBackend> keeperByTarget = new HashMap<>();
    private final AffinityCounters affinity = new AffinityCounters();
    private PoolView view;

    PoolState(PoolView view, SplittableRandom random) {
        this.random = random;
        this.view = view;
        offerCandidates();
    }

    PickState picks(Candidates candidates) {
        return picks(candidates.slot());
    }

    private PickState picks(int slot) {
        PickState picks = pickBySlot[slot];
        if (picks == null) {
            picks = new PickState(random.split());
            pickBySlot[slot] = picks;
        }
        return picks;
    }

    /** A member, whether or not anybody may pick it now, for who goes on with what another process began; null: there is none. */
    public @Nullable LoopBackend member(BackendKey key) {
        LoopBackend known = backendByKey.get(key);
        if (known != null) {
            return known;
        }
        for (Member member : view.members()) {
            if (member.key().equals(key)) {
                return backend(member);
            }
        }
        return null;
    }

    /** For readers of counters, any thread. */
    public Collection<LoopBackend> backends() {
        return backendByKey.values();
    }

    SplittableRandom random() {
        return random;
    }

    /** The newest view that this loop has seen. */
    PoolView view() {
        return view;
    }

    /** Never goes back: a caller that kept an older view than another caller showed is given the newer one's members. */
    @SuppressWarnings("ReferenceEquality") // a pool of the same configuration is the same object
    void follow(PoolView newest) {
        if (newest.generation() > view.generation()) {
            boolean reconfigured = newest.pool() != view.pool();
            view = newest;
            if (reconfigured) {
                retireAllBut(newest.members());
                backendByKey.values().forEach(this::watch);
            }
            offerCandidates();
        }
    }

    void retire() {
        backendByKey.values().forEach(LoopBackend::retire);
    }

    private void retireAllBut(List<Member> members) {
        Map<BackendKey, Member> memberByKey = new HashMap<>();
        members.forEach(member -> memberByKey.put(member.key(), member));
        backendByKey.forEach((key, backend) -> {
            Member member = memberByKey.get(key);
            if (member == null || !backend.stands(member.backend().address(), member.cap())) {
                backendByKey.remove(key);
                backend.retire();
            }
        });
    }

    /** The backend that a client may stay at; null: not any more. */
    @Nullable
    LoopBackend keeper(Target target) {
        return keeperByTarget.get(target);
    }

    /** What affinity has come to on this loop. */
    public AffinityCounters affinity() {
        return affinity;
    }

    private void offerCandidates() {
        for (PickState picks : pickBySlot) {
            if (picks != null) {
                picks.candidates(NOBODY);
            }
        }
        for (Candidates candidates : view.groups()) {
            picks(candidates).candidates(backends(candidates.members()));
        }
        keeperByTarget.clear();
        if (view.affinity().isPresent()) {
            for (LoopBackend keeper : backends(view.keepers())) {
                keeperByTarget.put(keeper.target(), keeper);
            }
        }
    }

    private LoopBackend[] backends(List<Member> members) {
        LoopBackend[] backends = new LoopBackend[members.size()];
        for (int i = 0; i < backends.length; i++) {
            backends[i] = backend(members.get(i));
        }
        return backends;
    }

    private LoopBackend backend(Member member) {
        return backendByKey.computeIfAbsent(member.key(),
                key -> watch(new LoopBackend(key, member.backend().address(), member.cap())));
    }

    private LoopBackend watch(LoopBackend backend) {
        backend.watch(view.pool().outlierDetection().orElse(null));
        return backend;
    }
}
