package io.weir.core.health;

import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.model.Failover;
import io.weir.core.model.Pool;
import io.weir.core.model.Tier;
import io.weir.core.zone.PoolFailover;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** The health of one pool: its members, and what follows from them for its traffic. Confined to {@code control}. */
final class PoolHealth {
    private final PoolTraffic traffic = new PoolTraffic();
    private final PoolMembers members;
    private Pool pool;
    private long version;

    PoolHealth(Pool pool) {
        this.pool = pool;
        this.members = new PoolMembers(pool, traffic);
    }

    /** Goes on where another process has come to. */
    void goOnWith(KnownPool known, Moment now) {
        traffic.goOnWith(known, pool, now);
        members.goOnWith(known.members(), now);
    }

    /** What another process may go on with. */
    KnownPool known(Moment now) {
        return traffic.known(pool.name(), now).withMembers(members.known(now));
    }

    /**
     * The pool's settings; members that kept name and address keep their health.
     *
     * @param shifted zones that the operator took out
     */
    void configure(Pool wanted, Set<String> shifted, Moment now, List<HealthEffect> effects) {
        pool = wanted;
        version++;
        members.configure(wanted, shifted, now, effects);
        settle(now, effects);
    }

    /** Traffic was in {@code tier} when the node last ran. To be said before the first configuration. */
    void resume(Tier tier) {
        Failover rule = pool.zones().failover();
        if (tier == PoolFailover.away(rule).active() && PoolFailover.away(rule).staysAway(rule)) {
            traffic.beginAway(pool);
        }
    }

    /** Where traffic is, if it is away from home and does not return by itself. */
    Optional<Tier> staysAway() {
        return traffic.failover().staysAway(pool.zones().failover()) ? Optional.of(traffic.activeTier()) : Optional.empty();
    }

    void onProbe(String backend, ProbeOutcome outcome, Moment now, List<HealthEffect> effects) {
        members.onProbe(backend, outcome, now, effects);
        settle(now, effects);
    }

    void onConnectFailed(String backend, ConnectFailure cause, int inARow, Moment now, List<HealthEffect> effects) {
        members.onConnectFailed(backend, cause, inARow, now, effects);
        settle(now, effects);
    }

    void onFailed(String backend, FailuresInARow failures, Moment now, List<HealthEffect> effects) {
        members.onFailed(backend, failures, now, effects);
        settle(now, effects);
    }

    void onSweep(Map<String, AnswerCounts> answersByBackend, Moment now, List<HealthEffect> effects) {
        members.onSweep(answersByBackend, now, effects);
        settle(now, effects);
    }

    void onConnectionsGone(String backend, Moment now, List<HealthEffect> effects) {
        members.onConnectionsGone(backend, now, effects); // it was not usable before either
    }

    void onTimer(Moment now, List<HealthEffect> effects) {
        members.onTimer(now, effects);
        settle(now, effects);
    }

    /** When {@link #onTimer} has something to do; empty: not before another event. */
    OptionalLong nextTimerNanos() {
        return PoolMembers.earlier(traffic.failover().returnsAtNanos(pool.zones().failover()), members.nextTimerNanos());
    }

    BackendStatus status(String backend) {
        return members.status(backend);
    }

    PoolTraffic traffic() {
        return traffic;
    }

    /** Counts up with every change of what {@link Membership} shows of the pool. */
    long version() {
        return version + members.version();
    }

    Stream<BackendKey> draining() {
        return members.draining();
    }

    /** Draws the conclusions from who is usable now. */
    private void settle(Moment now, List<HealthEffect> effects) {
        int told = effects.size();
        TierStatus before = traffic.tier();
        traffic.settle(pool, now, effects);
        version += effects.size() - told + (traffic.tier().equals(before) ? 0 : 1);
    }
}
