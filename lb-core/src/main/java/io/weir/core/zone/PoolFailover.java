package io.weir.core.zone;

import io.weir.core.model.Failover;
import io.weir.core.model.Failover.Failback;
import io.weir.core.model.Failover.When;
import io.weir.core.model.Tier;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which tier a pool's traffic goes to. A value: each look at the members answers with the next one.
 *
 * <p>Home is the primary tier, or the one that the operator pinned. A tier carries while the pool's rule is content with it; a pinned one carries while
 * anybody in it is usable. Traffic leaves home at once when home does not carry and the other tier does, or has at least somebody where home has nobody. It
 * returns when home has carried for the hold-down without a break, unless the return is the operator's, and at once when the other tier does not
 * carry: better an unproven tier than none. So a tier that carries is left for home only, and no faster than the hold-down allows.
 *
 * @param reason why it is where it is
 * @param homeCarriesSinceNanos empty while home does not carry
 * @param pin that was in force at this look
 */
public record PoolFailover(Tier active, Reason reason, OptionalLong homeCarriesSinceNanos, Optional<Tier> pin) {
    /** Where every pool begins: at home, with no hold-down to wait for. */
    public static final PoolFailover START = new PoolFailover(Tier.PRIMARY, Reason.START, OptionalLong.empty(), Optional.empty());

    /** Where a pool begins whose traffic was away when the node last ran, and comes home only with the operator. */
    public static PoolFailover away(Failover rule) {
        return new PoolFailover(home(rule).other(), Reason.KEPT, OptionalLong.empty(), rule.pin());
    }

    /** Whether traffic is away from home and does not return by itself: what a restart must not forget. */
    public boolean staysAway(Failover rule) {
        return active != home(rule) && rule.failback() == Failback.MANUAL && rule.pin().isEmpty();
    }

    /** Why traffic goes to a tier. */
    public enum Reason {
        /** Nothing has moved it yet. */
        START,
        /** Nobody in the other tier is usable. */
        OTHER_EMPTY,
        /** Less of the other tier is usable than the pool demands. */
        OTHER_BELOW,
        /** It is home, and carried for the hold-down. */
        HELD,
        /** The operator pinned it. */
        PINNED,
        /** It was there before a restart, and the return is the operator's. */
        KEPT
    }

    public PoolFailover next(Capacity primary, Capacity backup, Failover rule, long nowNanos) {
        Tier home = home(rule);
        Capacity atHome = home == Tier.PRIMARY ? primary : backup;
        Capacity away = home == Tier.PRIMARY ? backup : primary;
        boolean carries = carries(atHome, rule);
        OptionalLong since = !carries ? OptionalLong.empty()
                : rule.pin().equals(pin) && homeCarriesSinceNanos.isPresent() ? homeCarriesSinceNanos : OptionalLong.of(nowNanos);
        PoolFailover stays = new PoolFailover(active, reason, since, rule.pin());
        if (active == home) {
            return leaves(atHome, away, rule) ? stays.to(home.other(), emptyOrBelow(atHome)) : stays;
        }
        if (rule.pin().isPresent() && !rule.pin().equals(pin) && carries) {
            return stays.to(home, Reason.PINNED);
        }
        if (leaves(away, atHome, rule)) {
            return stays.to(home, emptyOrBelow(away));
        }
        return stays.returnsAtNanos(rule).isPresent() && nowNanos - stays.returnsAtNanos(rule).getAsLong() >= 0
                ? stays.to(home, Reason.HELD)
                : stays;
    }

    /** When the hold-down ends if nothing happens before; empty if none runs. */
    public OptionalLong returnsAtNanos(Failover rule) {
        boolean byItself = rule.failback() == Failback.AUTOMATIC || rule.pin().isPresent();
        if (active == home(rule) || !byItself || homeCarriesSinceNanos.isEmpty()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(homeCarriesSinceNanos.getAsLong() + rule.holdDown().toNanos());
    }

    /** Where traffic that goes to {@code active} would go at once if the tiers became able to carry this much. */
    public static Tier after(Tier active, Capacity primary, Capacity backup, Failover rule) {
        Capacity here = active == Tier.PRIMARY ? primary : backup;
        Capacity there = active == Tier.PRIMARY ? backup : primary;
        return leaves(here, there, rule) ? active.other() : active;
    }

    private static boolean leaves(Capacity here, Capacity there, Failover rule) {
        return here.usable() == 0 ? there.usable() > 0 : !carries(here, rule) && carries(there, rule);
    }

    private static boolean carries(Capacity tier, Failover rule) {
        return tier.usable() > 0 && (rule.pin().isPresent() || switch (rule.when()) {
            case When.NoneHealthy _ -> true;
            case When.Below(var least) -> !tier.below(least);
        });
    }

    private static Reason emptyOrBelow(Capacity left) {
        return left.usable() == 0 ? Reason.OTHER_EMPTY : Reason.OTHER_BELOW;
    }

    private static Tier home(Failover rule) {
        return rule.pin().orElse(Tier.PRIMARY);
    }

    private PoolFailover to(Tier tier, Reason why) {
        return new PoolFailover(tier, why, homeCarriesSinceNanos, pin);
    }
}
