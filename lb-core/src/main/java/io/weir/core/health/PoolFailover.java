package io.weir.core.health;

import io.weir.core.model.Failover;
import io.weir.core.model.Tier;
import java.util.OptionalLong;

/**
 * Which tier a pool's traffic goes to. A value: each look at the members answers with the next one.
 *
 * <p>Traffic leaves the primary tier at once when nobody there is usable and somebody in the backup tier is. It returns when a primary
 * member has been usable for the hold-down without a break, or at once when the backup tier has nobody: better an unproven member than
 * none. So a tier with usable members is never left faster than the hold-down allows.
 *
 * @param primaryUsableSinceNanos empty while no primary member is usable
 */
public record PoolFailover(Tier active, OptionalLong primaryUsableSinceNanos) {
    /** Where every pool begins: at home, with no hold-down to wait for. */
    public static final PoolFailover START = new PoolFailover(Tier.PRIMARY, OptionalLong.empty());

    public PoolFailover next(int usablePrimaries, int usableBackups, Failover rule, long nowNanos) {
        if (usablePrimaries == 0) {
            return new PoolFailover(usableBackups > 0 ? Tier.BACKUP : active, OptionalLong.empty());
        }
        long since = primaryUsableSinceNanos.orElse(nowNanos);
        boolean home = active == Tier.PRIMARY || usableBackups == 0 || nowNanos - since >= rule.holdDown().toNanos();
        return new PoolFailover(home ? Tier.PRIMARY : Tier.BACKUP, OptionalLong.of(since));
    }

    /** When the hold-down ends if nothing happens before; empty if none runs. */
    public OptionalLong returnsAtNanos(Failover rule) {
        if (active == Tier.PRIMARY || primaryUsableSinceNanos.isEmpty()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(primaryUsableSinceNanos.getAsLong() + rule.holdDown().toNanos());
    }
}
