package io.weir.core.health;

import io.weir.core.model.Pool;
import io.weir.core.model.Tier;
import io.weir.core.zone.Capacity;
import io.weir.core.zone.PoolFailover;
import java.util.List;

/**
 * What the members of one pool add up to, and what follows for its traffic: the tier that it goes to, and whether the pool has its quorum. Counts are kept
 * member by member, so that a change costs the same in a pool of thousands. Confined to {@code control}.
 *
 * <p>Members that traffic took out count for the quorum as if they were in: no verdict of traffic puts a pool out of service.
 */
final class PoolTraffic {
    private final Count primary = new Count();
    private final Count backup = new Count();
    private int ejectedWeight;
    private PoolFailover failover = PoolFailover.START;
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

    void forgetAll() {
        primary.forget();
        backup.forget();
        ejectedWeight = 0;
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
        } else if (member.inRotation() && member.status().state() == BackendState.EJECTED) {
            ejectedWeight += sign * member.effectiveWeight();
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

    boolean quorum() {
        return quorum;
    }

    /** Draws the conclusions from what the members add up to now. */
    void settle(Pool pool, Moment now, List<HealthEffect> effects) {
        if (backup.members == 0) {
            to(PoolFailover.START, pool, now, effects);
        }
        to(failover.next(primary.capacity(), backup.capacity(), pool.zones().failover(), now.nanos()), pool, now, effects);

        int weight = primary.usableWeight + backup.usableWeight + ejectedWeight;
        boolean held = pool.quorum().held(quorum, weight);
        if (held != quorum) {
            quorum = held;
            effects.add(new HealthEffect.QuorumChanged(pool.name(), held, weight, pool.quorum(), now.at()));
        }
    }

    private void to(PoolFailover next, Pool pool, Moment now, List<HealthEffect> effects) {
        Tier from = failover.active();
        failover = next;
        if (next.active() != from) {
            effects.add(new HealthEffect.TierChanged(pool.name(), from, next.active(), reason(next, pool), now.at()));
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
        };
    }
}
