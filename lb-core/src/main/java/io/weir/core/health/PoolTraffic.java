package io.weir.core.health;

import io.weir.core.model.Pool;
import io.weir.core.model.Tier;
import io.weir.core.zone.Capacity;
import io.weir.core.zone.PoolFailover;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the members of one pool add up to, and what follows for its traffic: the tier that it goes to, and whether the pool has its quorum. Counts are kept
 * member by member, so that a change costs the same in a pool of thousands. Confined to {@code control}.
 *
 * <p>The quorum is a sum of weights that servers have when they are warm (KA-13 knows no warm-up): slow start moves load, it must not put a pool out of
 * service. Members that traffic took out count as if they were in: no verdict of traffic does so either.
 */
final class PoolTraffic {
    private final Count primary = new Count();
    private final Count backup = new Count();
    private int quorumWeight;
    private PoolFailover failover = PoolFailover.START;
    private TierStatus tier = TierStatus.START;
    private OptionalLong returnsAtNanos = OptionalLong.empty();
    private boolean quorum = true;

    /** One tier's members. */
    private static final class Count {
        private int members;
        private int usable;
        private int usableWeight;
        private int configuredWeight;

        private void forget() {
            members = 0;
            usable = 0;
            usableWeight = 0;
            configuredWeight = 0;
        }

        private Capacity capacity() {
            return new Capacity(usable, usableWeight, configuredWeight);
        }
    }

    /** Goes on where another process has come to. */
    void goOnWith(KnownPool known, Pool pool, Moment now) {
        OptionalLong since = known.homeCarriesFor().map(span -> OptionalLong.of(now.nanos() - span.toNanos())).orElse(OptionalLong.empty());
        begin(new PoolFailover(known.active(), known.reason(), since, known.pin()), pool);
        quorum = known.quorum();
    }

    KnownPool known(String pool, Moment now) {
        OptionalLong since = failover.homeCarriesSinceNanos();
        return new KnownPool(pool, failover.active(), failover.reason(),
                since.isPresent() ? Optional.of(Duration.ofNanos(now.nanosSince(since.getAsLong()))) : Optional.empty(), failover.pin(),
                quorum, List.of());
    }

    /** Traffic was away when the node last ran, and only the operator brings it home. */
    void beginAway(Pool pool) {
        begin(PoolFailover.away(pool.zones().failover()), pool);
    }

    private void begin(PoolFailover where, Pool pool) {
        failover = where;
        Reason why = where.reason() == PoolFailover.Reason.START ? Reason.NEVER_MOVED : reason(where, pool);
        tier = new TierStatus(where.active(), why, Optional.empty(), Optional.empty());
    }

    void forgetAll() {
        primary.forget();
        backup.forget();
        quorumWeight = 0;
    }

    void add(PoolMember member) {
        count(member, 1);
    }

    void remove(PoolMember member) {
        count(member, -1);
    }

    private void count(PoolMember member, int sign) {
        Count count = of(member.tier());
        count.members += sign;
        count.configuredWeight += sign * member.configuredWeight();
        if (member.usable()) {
            count.usable += sign;
            count.usableWeight += sign * member.effectiveWeight();
        }
        if (member.usable() || (member.inRotation() && member.status().state() == BackendState.EJECTED)) {
            quorumWeight += sign * member.fullWeight();
        }
    }

    private Count of(Tier tier) {
        return tier == Tier.PRIMARY ? primary : backup;
    }

    int usable() {
        return primary.usable + backup.usable;
    }

    int usable(Tier tier) {
        return of(tier).usable;
    }

    PoolFailover failover() {
        return failover;
    }

    Tier activeTier() {
        return failover.active();
    }

    TierStatus tier() {
        return tier;
    }

    boolean quorum() {
        return quorum;
    }

    /** Draws the conclusions from what the members add up to now. */
    void settle(Pool pool, Moment now, List<HealthEffect> effects) {
        if (backup.members == 0) {
            to(PoolFailover.START, pool, now, effects);
        }
        to(failover.next(primary.capacity(), backup.capacity(), pool.zones().failover(), now.nanos()), pool, now, effects);

        returns(failover.returnsAtNanos(pool.zones().failover()), now);
        boolean held = pool.quorum().held(quorum, quorumWeight);
        if (held != quorum) {
            quorum = held;
            effects.add(new HealthEffect.QuorumChanged(pool.name(), held, quorumWeight, pool.quorum(), now.at()));
        }
    }

    private void to(PoolFailover next, Pool pool, Moment now, List<HealthEffect> effects) {
        Tier from = failover.active();
        failover = next;
        if (next.active() != from) {
            Reason why = reason(next, pool);
            tier = new TierStatus(next.active(), why, Optional.of(now.at()), Optional.empty());
            returnsAtNanos = OptionalLong.empty();
            effects.add(new HealthEffect.TierChanged(pool.name(), from, next.active(), why, now.at()));
        }
    }

    /** Tells the moment on the clock of people; two clocks drift, so only where it is another moment. */
    private void returns(OptionalLong when, Moment now) {
        if (!when.equals(returnsAtNanos)) {
            returnsAtNanos = when;
            tier = tier.returningAt(
                    when.isPresent() ? Optional.of(now.at().plusNanos(when.getAsLong() - now.nanos())) : Optional.empty());
        }
    }

    private Reason reason(PoolFailover next, Pool pool) {
        String here = next.active().text();
        String other = next.active().other().text();
        return switch (next.reason()) {
            case START -> new Reason("no-backup-tier", "there is no backup tier");
            case OTHER_EMPTY -> new Reason("none-usable", "no " + other + " member is usable");
            case OTHER_BELOW -> new Reason("below-threshold", "too little of the " + other + " tier is usable");
            case HELD ->
                new Reason("held-down", "the " + here + " tier has been good for " + DurationText.of(pool.zones().failover().holdDown()));
            case PINNED -> new Reason("pinned", "the operator pinned the " + here + " tier");
            case KEPT -> Reason.KEPT;
        };
    }
}
