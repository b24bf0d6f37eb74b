package io.weir.core.health;

import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.model.Backend;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.Pool;
import io.weir.core.model.Tier;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The health of one pool: its members, and the tier that follows from them. Confined to {@code control}.
 *
 * <p>A verdict of traffic never leaves a pool with nobody to pick: the ejection of the last usable member is refused, and when checks or
 * the operator take out all others, ejections are lifted. So a pool is empty only where checks and the operator alone made it so.
 */
final class PoolHealth {
    /** Evidence asks for a probe no more often than this: a burst of failed connects is one doubt. */
    static final long PROBE_SPACING_NANOS = HealthCheck.MIN_INTERVAL.toNanos();

    /** Members that refused a connection no longer ago than this refuse at the same time. */
    static final Duration REFUSED_TOGETHER = Duration.ofSeconds(1);

    private final Map<String, PoolMember> memberByName = new LinkedHashMap<>();
    private final Set<PoolMember> ejected = new LinkedHashSet<>();
    private final Set<PoolMember> draining = new LinkedHashSet<>();
    private final PoolTraffic traffic = new PoolTraffic();
    private Pool pool;
    private long version;

    PoolHealth(Pool pool) {
        this.pool = pool;
    }

    /**
     * The pool's settings; members that kept name and address keep their health.
     *
     * @param shifted zones that the operator took out
     */
    void configure(Pool wanted, Set<String> shifted, Moment now, List<HealthEffect> effects) {
        pool = wanted;
        version++;
        Map<String, PoolMember> before = new LinkedHashMap<>(memberByName);
        memberByName.clear();
        ejected.clear();
        draining.clear();
        wanted.backends()
            .values()
            .forEach(backend -> memberByName.put(backend.name(),
                    member(before.get(backend.name()), backend, now, effects)));
        traffic.forgetAll();
        memberByName.values().forEach(member -> {
            member.shifted(member.zone().filter(shifted::contains).isPresent());
            traffic.add(member);
        });
        settle(now, effects);
    }

    private PoolMember member(@Nullable PoolMember before, Backend backend, Moment now, List<HealthEffect> effects) {
        if (before == null || !before.sameServer(backend)) {
            PoolMember fresh = new PoolMember(pool, backend, now);
            track(fresh);
            return fresh;
        }
        set(before, before.configured(pool, backend, now), now, effects);
        return before;
    }

    void onProbe(String backend, ProbeOutcome outcome, Moment now, List<HealthEffect> effects) {
        PoolMember member = memberByName.get(backend);
        if (member != null && member.begunSinceKnown(outcome)) {
            change(member, member.health().afterProbe(outcome, now), now, effects);
            settle(now, effects);
        }
    }

    void onConnectFailed(String backend, ConnectFailure cause, int inARow, Moment now, List<HealthEffect> effects) {
        PoolMember member = memberByName.get(backend);
        if (member == null || !member.health().usable()) {
            return;
        }
        if (cause == ConnectFailure.REFUSED) {
            member.refused(now);
            leaveIfAllRefuse(member.tier(), now, effects);
        }
        if (cause != ConnectFailure.OTHER && inARow >= Ejection.CONNECT_FAILURES) { // OTHER: the fault may be ours
            eject(member, Reason.inARow(cause, inARow), now, effects);
        }
        if (member.asksForProbe(PROBE_SPACING_NANOS, now)) {
            effects.add(new HealthEffect.ProbeNow(member.key()));
        }
    }

    /**
     * A tier whose every member refuses is gone, however few connections have shown it: nobody waits for counts or checks where another tier has
     * somebody.
     */
    private void leaveIfAllRefuse(Tier tier, Moment now, List<HealthEffect> effects) {
        if (traffic.activeTier() != tier || traffic.usable(tier.other()) == 0) {
            return;
        }
        for (PoolMember member : memberByName.values()) {
            if (member.tier() == tier && member.usable() && !member.refusedWithin(REFUSED_TOGETHER, now)) {
                return;
            }
        }
        memberByName.values()
            .stream()
            .filter(member -> member.tier() == tier && member.usable())
            .forEach(member -> change(member, member.health().ejected(Reason.TIER_REFUSES, now), now, effects));
        settle(now, effects);
    }

    private void eject(PoolMember member, Reason why, Moment now, List<HealthEffect> effects) {
        boolean last = traffic.usable() == (member.usable() ? 1 : 0);
        if (!last) {
            change(member, member.health().ejected(why, now), now, effects);
            settle(now, effects);
        } else if (member.tellsRefusal()) {
            effects.add(new HealthEffect.EjectionRefused(member.key(), why, now.at()));
        }
    }

    void onConnectionsGone(String backend, Moment now, List<HealthEffect> effects) {
        PoolMember member = memberByName.get(backend);
        if (member != null) {
            change(member, member.health().connectionsGone(now), now, effects); // it was not usable before either
        }
    }

    void onTimer(Moment now, List<HealthEffect> effects) {
        for (PoolMember member : List.copyOf(ejected)) {
            if (member.health().fitness().ejectionOver(now)) {
                String length = DurationText.of(member.health().fitness().ejection().length());
                change(member, member.health().readmitted(new Reason("ejection-over", "ejection of " + length + " is over"), now), now,
                        effects);
            }
        }
        settle(now, effects);
    }

    /** When {@link #onTimer} has something to do; empty: not before another event. */
    OptionalLong nextTimerNanos() {
        OptionalLong next = traffic.failover().returnsAtNanos(pool.zones().failover());
        for (PoolMember member : ejected) {
            next = earlier(next, OptionalLong.of(member.health().fitness().ejection().endNanos()));
        }
        return next;
    }

    /** The earlier of two readings of a clock that may overflow. */
    static OptionalLong earlier(OptionalLong one, OptionalLong other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        return one.getAsLong() - other.getAsLong() <= 0 ? one : other;
    }

    BackendStatus status(String backend) {
        PoolMember member = memberByName.get(backend);
        if (member == null) {
            throw new IllegalArgumentException("pool " + pool.name() + " has no backend " + backend);
        }
        return member.status();
    }

    PoolTraffic traffic() {
        return traffic;
    }

    /** Counts up with every change of what {@link Membership} shows of the pool. */
    long version() {
        return version;
    }

    Stream<BackendKey> draining() {
        return draining.stream().map(PoolMember::key);
    }

    private void change(PoolMember member, BackendHealth next, Moment now, List<HealthEffect> effects) {
        if (next.equals(member.health())) {
            return;
        }
        traffic.remove(member);
        set(member, next, now, effects);
        traffic.add(member);
    }

    private void set(PoolMember member, BackendHealth next, Moment now, List<HealthEffect> effects) {
        BackendState from = member.status().state();
        int weight = member.effectiveWeight();
        if (!next.status().equals(member.status())) {
            version++;
        }
        member.health(next);
        track(member);
        BackendStatus status = next.status();
        if (status.state() != from) {
            effects.add(new HealthEffect.BackendChanged(member.key(), from, status.state(), status.reason(), status.by(), now.at()));
        } else if (member.effectiveWeight() != weight) {
            effects.add(new HealthEffect.WeightChanged(member.key()));
        }
    }

    /** Keeps at hand whom every event asks for, so that it costs the same in a pool of thousands. */
    private void track(PoolMember member) {
        track(member, member.ejected(), ejected);
        track(member, member.status().state() == BackendState.DRAINING, draining);
    }

    private static void track(PoolMember member, boolean belongs, Set<PoolMember> set) {
        if (belongs) {
            set.add(member);
        } else {
            set.remove(member);
        }
    }

    /** Draws the conclusions from who is usable now. */
    private void settle(Moment now, List<HealthEffect> effects) {
        if (traffic.usable() == 0 && !ejected.isEmpty()) {
            ejected.stream()
                .filter(PoolMember::inRotation)
                .toList()
                .forEach(
                        member -> change(member, member.health().readmitted(Reason.NOBODY_ELSE, now), now, effects));
        }
        int told = effects.size();
        traffic.settle(pool, now, effects);
        version += effects.size() - told;
    }
}
