package io.weir.core.health;

import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.model.Backend;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.OutlierDetection;
import io.weir.core.model.Pool;
import io.weir.core.model.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The members of one pool and what becomes of each. Confined to {@code control}.
 *
 * <p>A verdict of traffic never leaves a pool with nobody to pick: {@link EjectionLimit} refuses the ejection of the last usable member, and
 * when checks or the operator take out all others, ejections are lifted. So a pool is empty only where checks and the operator made it so.
 *
 * <p>A member that comes into service while another one stands there with its whole weight warms up (ALB-14). All that warm up take their
 * steps together, so that a ramp makes at most twenty snapshots however many are on it.
 */
final class PoolMembers {
    /** Evidence asks for a probe no more often than this: a burst of failed connects is one doubt. */
    static final long PROBE_SPACING_NANOS = HealthCheck.MIN_INTERVAL.toNanos();

    /** Members that refused a connection no longer ago than this refuse at the same time. */
    static final Duration REFUSED_TOGETHER = Duration.ofSeconds(1);

    /** Sources of members answer within this, or what another process knew of theirs is old. */
    static final Duration KNOWN_FOR = Duration.ofSeconds(30);

    private final Map<String, PoolMember> memberByName = new LinkedHashMap<>();
    private final Set<PoolMember> ejected = new LinkedHashSet<>();
    private final Set<PoolMember> draining = new LinkedHashSet<>();
    private final Set<PoolMember> warming = new LinkedHashSet<>();
    private final PoolTraffic traffic;
    private Pool pool;
    private int wanted;
    private long warmStepNanos;
    private Map<String, KnownMember> knownElsewhere = Map.of();
    private Moment knownThen = new Moment(0, Instant.EPOCH);
    private long version;

    /** @param traffic which is told of every member and what becomes of it */
    PoolMembers(Pool pool, PoolTraffic traffic) {
        this.pool = pool;
        this.traffic = traffic;
    }

    /** The pool's settings; members that kept name and address keep their health. */
    void configure(Pool newPool, Set<String> shiftedZones, Moment now, List<HealthEffect> effects) {
        Map<String, PoolMember> before = new LinkedHashMap<>(memberByName);
        Map<PoolMember, BackendHealth> nextByMember = new LinkedHashMap<>();
        pool = newPool;
        memberByName.clear();
        List.of(ejected, draining, warming).forEach(Set::clear);
        for (Backend backend : newPool.backends().values()) {
            PoolMember member = member(before.get(backend.name()), backend, before.isEmpty(), now);
            memberByName.put(backend.name(), member);
            nextByMember.put(member, member.configured(newPool, backend, now));
            member.shifted(backend.zone().filter(shiftedZones::contains).isPresent());
        }
        setAll(nextByMember, false, now, effects); // first who leaves service: nobody warms up behind one who goes
        setAll(nextByMember, true, now, effects);
        count();
        lift(now, effects);
    }

    private PoolMember member(@Nullable PoolMember before, Backend backend, boolean founder, Moment now) {
        if (before != null && before.sameServer(backend)) {
            return before;
        }
        KnownMember known = now.nanosSince(knownThen.nanos()) < KNOWN_FOR.toNanos() ? knownElsewhere.get(backend.name()) : null;
        return known != null && known.address().equals(backend.address()) ? PoolMember.known(pool, backend, known, knownThen, now)
                : new PoolMember(pool, backend, founder, now);
    }

    /** Members that come soon with a name and address of these go on where another process has come to. */
    void goOnWith(Collection<KnownMember> known, Moment now) {
        knownElsewhere = new HashMap<>();
        known.forEach(member -> knownElsewhere.put(member.backend(), member));
        knownThen = now;
    }

    /** What another process may go on with. */
    List<KnownMember> known(Moment now) {
        return memberByName.values().stream().map(member -> member.known(now)).toList();
    }

    private void setAll(Map<PoolMember, BackendHealth> nextByMember, boolean live, Moment now, List<HealthEffect> effects) {
        nextByMember.forEach((member, next) -> {
            if (next.status().state().live() == live) {
                set(member, next, now, effects);
            }
        });
    }

    private void count() {
        wanted = (int) memberByName.values().stream().filter(PoolMember::inRotation).count();
        traffic.forgetAll();
        memberByName.values().forEach(traffic::add);
    }

    void onProbe(String backend, ProbeOutcome outcome, Moment now, List<HealthEffect> effects) {
        PoolMember member = memberByName.get(backend);
        if (member != null && member.begunSinceKnown(outcome)) {
            change(member, member.health().afterProbe(outcome, now), now, effects);
            lift(now, effects);
        }
    }

    void onConnectFailed(String backend, ConnectFailure cause, int inARow, Moment now, List<HealthEffect> effects) {
        int threshold = pool.outlierDetection().map(OutlierDetection::consecutiveLocalErrors).orElse(0);
        if (cause == ConnectFailure.REFUSED) {
            refused(backend, now, effects);
        }
        boolean proven = cause != ConnectFailure.OTHER && FailuresInARow.reached(inARow, threshold); // OTHER: the fault may be ours
        doubt(backend, proven ? Optional.of(Reason.inARow(cause, inARow)) : Optional.empty(), now, effects);
    }

    /**
     * A tier whose every member refuses is gone, however few connections have shown it: nobody waits for counts, shares or checks where another
     * tier has somebody.
     */
    private void refused(String backend, Moment now, List<HealthEffect> effects) {
        PoolMember member = memberByName.get(backend);
        if (member == null || pool.outlierDetection().isEmpty()) {
            return;
        }
        member.refused(now);
        Tier tier = member.tier();
        int left = traffic.usable(tier.other());
        OutlierDetection rules = pool.outlierDetection().get();
        if (!member.usable() || traffic.activeTier() != tier || left == 0 || EjectionLimit.tooFew(rules, wanted, left)) {
            return;
        }
        if (usable(tier).allMatch(other -> other.refusedWithin(REFUSED_TOGETHER, now))) {
            usable(tier).toList().forEach(other -> change(other, other.health().ejected(Reason.TIER_REFUSES, rules, now), now, effects));
        }
    }

    private Stream<PoolMember> usable(Tier tier) {
        return memberByName.values().stream().filter(member -> member.tier() == tier && member.usable());
    }

    void onFailed(String backend, FailuresInARow failures, Moment now, List<HealthEffect> effects) {
        doubt(backend, pool.outlierDetection().flatMap(failures::verdict), now, effects);
    }

    private void doubt(String backend, Optional<Reason> verdict, Moment now, List<HealthEffect> effects) {
        PoolMember member = memberByName.get(backend);
        if (member == null || !member.health().usable()) {
            return;
        }
        verdict.ifPresent(why -> eject(member, why, now, effects));
        if (member.asksForProbe(PROBE_SPACING_NANOS, now)) {
            effects.add(new HealthEffect.ProbeNow(member.key()));
        }
    }

    /** Looks for those whom traffic finds much worse than the others. */
    void onSweep(Map<String, AnswerCounts> answersByBackend, Moment now, List<HealthEffect> effects) {
        if (pool.outlierDetection().isEmpty()) {
            return;
        }
        Map<String, AnswerCounts> usable = new LinkedHashMap<>();
        memberByName.forEach((name, member) -> {
            if (member.usable()) {
                usable.put(name, answersByBackend.getOrDefault(name, AnswerCounts.NONE));
            }
        });
        Outliers.of(pool.outlierDetection().get(), usable)
            .forEach(outlier -> doubt(outlier.backend(), Optional.of(outlier.reason()), now, effects));
    }

    private void eject(PoolMember member, Reason why, Moment now, List<HealthEffect> effects) {
        OutlierDetection rules = pool.outlierDetection().orElseThrow();
        int out = (int) ejected.stream().filter(PoolMember::inRotation).count();
        Optional<EjectionLimit> limit = EjectionLimit.against(rules, wanted, traffic.usable() - (member.usable() ? 1 : 0), out);
        if (limit.isEmpty()) {
            change(member, member.health().ejected(why, rules, now), now, effects);
        } else if (member.tellsRefusal()) {
            effects.add(new HealthEffect.EjectionRefused(member.key(), why, limit.get(), now.at()));
        }
    }

    /** Takes back verdicts of traffic that the pool can bear no longer. */
    private void lift(Moment now, List<HealthEffect> effects) {
        if (ejected.isEmpty()) {
            return;
        }
        if (pool.outlierDetection().isEmpty()) {
            readmit(List.copyOf(ejected), Reason.NO_DETECTION, now, effects);
        } else if (traffic.usable() == 0) {
            readmit(ejected.stream().filter(PoolMember::inRotation).toList(), Reason.NOBODY_ELSE, now, effects);
        } else if (EjectionLimit.tooFew(pool.outlierDetection().get(), wanted, traffic.usable())) {
            readmit(ejected.stream().filter(PoolMember::inRotation).toList(), Reason.MIN_HEALTH, now, effects);
        }
    }

    private void readmit(Collection<PoolMember> members, Reason why, Moment now, List<HealthEffect> effects) {
        members.forEach(member -> change(member, member.health().readmitted(why, now), now, effects));
    }

    void onConnectionsGone(String backend, Moment now, List<HealthEffect> effects) {
        PoolMember member = memberByName.get(backend);
        if (member != null) {
            change(member, member.health().connectionsGone(now), now, effects);
        }
    }

    void onTimer(Moment now, List<HealthEffect> effects) {
        for (PoolMember member : List.copyOf(ejected)) {
            if (member.health().fitness().ejectionOver(now)) {
                Reason over = Reason.ejectionOver(member.health().fitness().ejection());
                change(member, member.health().readmitted(over, now), now, effects);
            }
        }
        warm(now, effects);
    }

    private void warm(Moment now, List<HealthEffect> effects) {
        boolean step = !warming.isEmpty() && now.nanosSince(warmStepNanos) >= 0;
        for (PoolMember member : List.copyOf(warming)) {
            if (step || member.health().warmUp().orElseThrow().over(now)) {
                change(member, member.health().warmed(now), now, effects);
            }
        }
        if (step) {
            nextWarmStep(now);
        }
    }

    private void nextWarmStep(Moment now) {
        pool.slowStart().ifPresent(length -> warmStepNanos = now.nanos() + WarmUp.step(length).toNanos());
    }

    /** When {@link #onTimer} has something to do; empty: not before another event. */
    OptionalLong nextTimerNanos() {
        OptionalLong next = warming.isEmpty() ? OptionalLong.empty() : OptionalLong.of(warmStepNanos);
        for (PoolMember member : warming) {
            next = earlier(next, OptionalLong.of(member.health().warmUp().orElseThrow().endNanos()));
        }
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

    /** Counts up with every change of a member's status. */
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
        BackendStatus before = member.status();
        member.health(slowly(member, next, now));
        track(member);
        BackendStatus after = member.status();
        if (!after.equals(before)) {
            version++;
        }
        if (after.state() != before.state()) {
            effects.add(
                    new HealthEffect.BackendChanged(member.key(), before.state(), after.state(), after.reason(), after.by(), now.at()));
        } else if (!after.equals(before)) {
            effects.add(new HealthEffect.WeightChanged(member.key()));
        }
    }

    /** Lets a member that comes into service warm up, if somebody stands there with his whole weight; not one that is called in an emergency. */
    private BackendHealth slowly(PoolMember member, BackendHealth next, Moment now) {
        if (pool.slowStart().isEmpty() || !member.joinsBy(next) || next.status().reason().emergency()
                || memberByName.values().stream().noneMatch(other -> !other.equals(member) && other.warm())) {
            return next;
        }
        if (warming.isEmpty()) {
            nextWarmStep(now);
        }
        return next.warming(pool.slowStart().get(), now);
    }

    /** Keeps at hand whom every event asks for, so that it costs the same in a pool of thousands. */
    private void track(PoolMember member) {
        track(member, member.ejected(), ejected);
        track(member, member.status().state() == BackendState.DRAINING, draining);
        track(member, member.status().state() == BackendState.WARMING, warming);
    }

    private static void track(PoolMember member, boolean belongs, Set<PoolMember> set) {
        if (belongs) {
            set.add(member);
        } else {
            set.remove(member);
        }
    }
}
