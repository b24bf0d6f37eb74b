package io.weir.core.zone;

import io.weir.core.model.Percent;
import java.util.Collection;
import java.util.function.Predicate;

/**
 * What some members can carry. A value.
 *
 * @param usable members that may be given new connections
 * @param usableWeight what those take now
 * @param configuredWeight of all of them, as if nothing were wrong
 */
public record Capacity(int usable, int usableWeight, int configuredWeight) {
    public static final Capacity NONE = new Capacity(0, 0, 0);

    /** Of the members that {@code which} accepts. */
    public static Capacity of(Collection<? extends ZoneMember> members, Predicate<ZoneMember> which) {
        Capacity sum = NONE;
        for (ZoneMember member : members) {
            if (which.test(member)) {
                sum = sum.plus(member, member.standing());
            }
        }
        return sum;
    }

    Capacity plus(ZoneMember member, Standing standing) {
        int configured = configuredWeight + member.configuredWeight();
        return standing.usable() ? new Capacity(usable + 1, usableWeight + member.effectiveWeight(), configured)
                : new Capacity(usable, usableWeight, configured);
    }

    Capacity without(Capacity gone) {
        return new Capacity(usable - gone.usable, usableWeight - gone.usableWeight, configuredWeight);
    }

    /**
     * How much of the traffic that they are made for they may carry, when each may take {@code overprovisioning} of its own part: 1 or more is all of
     * it.
     */
    public double room(Percent overprovisioning) {
        return configuredWeight == 0 ? 0 : overprovisioning.fraction() * usableWeight / configuredWeight;
    }

    /** Whether less than {@code least} of the configured weight is usable. */
    boolean below(Percent least) {
        return 100L * usableWeight < (long) least.value() * configuredWeight;
    }
}
