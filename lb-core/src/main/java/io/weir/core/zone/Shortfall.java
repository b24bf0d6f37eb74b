package io.weir.core.zone;

import io.weir.core.model.Failover;
import io.weir.core.model.Tier;
import io.weir.core.model.ZonePolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A zone that a pool cannot afford to lose: what would then carry the traffic has less than its configured weight divided by the overprovisioning.
 *
 * @param zone the one that would be missed most
 * @param leftPercent of the weight that is configured where traffic would go, rounded down
 * @param wantedPercent of it that would be enough, rounded up
 */
public record Shortfall(String zone, int leftPercent, int wantedPercent) {

    /** Empty: any one zone may fail, or the pool stands in one zone alone and the question does not arise. */
    public static Optional<Shortfall> of(ZonePolicy policy, Tier active, List<? extends ZoneMember> members) {
        Set<String> zones = new HashSet<>();
        members.stream().filter(member -> member.configuredWeight() > 0).forEach(member -> member.zone().ifPresent(zones::add));
        if (zones.size() < 2) {
            return Optional.empty();
        }
        String worst = "";
        double least = 1;
        for (String zone : zones.stream().sorted().toList()) {
            double left = left(policy, active, members, zone);
            if (left < least) {
                least = left;
                worst = zone;
            }
        }
        double wanted = 1 / policy.overprovisioning().fraction();
        return least >= wanted ? Optional.empty()
                : Optional.of(new Shortfall(worst, (int) Math.floor(least * 100), (int) Math.ceil(wanted * 100)));
    }

    /** The part of what is configured that could still carry. */
    private static double left(ZonePolicy policy, Tier active, List<? extends ZoneMember> members, String lost) {
        Capacity primary = without(lost, Tier.PRIMARY, members);
        Capacity backup = without(lost, Tier.BACKUP, members);
        if (policy.failover().spill()) {
            return part(primary) + part(backup);
        }
        Failover rule = policy.failover();
        return part(PoolFailover.after(active, primary, backup, rule) == Tier.PRIMARY ? primary : backup);
    }

    private static double part(Capacity capacity) {
        return capacity.configuredWeight() == 0 ? 0 : (double) capacity.usableWeight() / capacity.configuredWeight();
    }

    private static Capacity without(String lost, Tier tier, List<? extends ZoneMember> members) {
        Capacity all = Capacity.of(members, tier);
        Capacity gone = Capacity.of(members, member -> member.tier() == tier && member.zone().filter(lost::equals).isPresent());
        return new Capacity(all.usable() - gone.usable(), all.usableWeight() - gone.usableWeight(), all.configuredWeight());
    }
}
