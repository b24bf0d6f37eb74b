package io.weir.core.zone;

import io.weir.core.model.Tier;
import io.weir.core.model.ZonePolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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
        Capacity primary = Capacity.NONE;
        Capacity backup = Capacity.NONE;
        Map<String, Capacity> primaryByZone = new HashMap<>();
        Map<String, Capacity> backupByZone = new HashMap<>();
        for (ZoneMember member : members) {
            Standing standing = member.standing();
            boolean isPrimary = member.tier() == Tier.PRIMARY;
            Map<String, Capacity> byZone = isPrimary ? primaryByZone : backupByZone;
            member.zone()
                .filter(_ -> member.configuredWeight() > 0)
                .ifPresent(zone -> byZone.put(zone, byZone.getOrDefault(zone, Capacity.NONE).plus(member, standing)));
            primary = isPrimary ? primary.plus(member, standing) : primary;
            backup = isPrimary ? backup : backup.plus(member, standing);
        }
        Set<String> zones = new TreeSet<>(primaryByZone.keySet());
        zones.addAll(backupByZone.keySet());
        if (zones.size() < 2) {
            return Optional.empty();
        }
        String worst = "";
        double least = 1;
        for (String zone : zones) {
            double left = left(policy, active, primary.without(primaryByZone.getOrDefault(zone, Capacity.NONE)),
                    backup.without(backupByZone.getOrDefault(zone, Capacity.NONE)));
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
    private static double left(ZonePolicy policy, Tier active, Capacity primary, Capacity backup) {
        if (policy.failover().spill()) {
            return part(primary) + part(backup);
        }
        return part(PoolFailover.after(active, primary, backup, policy.failover()) == Tier.PRIMARY ? primary : backup);
    }

    private static double part(Capacity capacity) {
        return capacity.configuredWeight() == 0 ? 0 : (double) capacity.usableWeight() / capacity.configuredWeight();
    }
}
