package io.weir.core.snapshot;

import io.weir.core.affinity.AffinityTable;
import io.weir.core.health.TierStatus;
import io.weir.core.model.AdminState;
import io.weir.core.model.Affinity.AtWeightZero;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Algorithm.HashKey;
import io.weir.core.model.Pool;
import io.weir.core.model.Tier;
import io.weir.core.zone.Mode;
import io.weir.core.zone.Shortfall;
import io.weir.core.zone.Standing;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A pool as traffic sees it.
 *
 * @param generation of the snapshot that this view was made for; a view that did not change is shared by later ones
 * @param members all that are configured, in the order of the file
 * @param tier where new connections go first, and why
 * @param quorum whether enough weight is usable for the pool to be in service
 * @param mode SORRY: pick nobody, give the pool's sorry answer
 * @param groups who may be picked, in the order of redispatch; empty: nobody
 * @param affinity where its clients stay; empty: anywhere
 * @param sorryPool what carries the traffic in mode SORRY where the pool names another; it has none itself
 * @param shortfall the zone that the pool could not afford to lose now
 */
public record PoolView(long generation, Pool pool, List<Member> members, TierStatus tier, boolean quorum, Mode mode,
        List<Candidates> groups, Optional<AffinityTable> affinity, Optional<PoolView> sorryPool, Optional<Shortfall> shortfall) {
    private static final long MULTIPLIER = 0xBF58476D1CE4E5B9L;

    public PoolView {
        members = List.copyOf(members);
        groups = List.copyOf(groups);
    }

    public String name() {
        return pool.name();
    }

    public Tier activeTier() {
        return tier.active();
    }

    /** Why the pool answers as it does. */
    public String modeCause() {
        return switch (mode) {
            case NORMAL -> "enough members are usable";
            case PANIC -> "less than " + pool.zones().panic() + " of the " + activeTier().text() + " tier is usable";
            case SORRY -> "the quorum is lost";
        };
    }

    /** The weight that counts for the quorum: of members that are usable, or that only traffic took out; warm-up aside. */
    public int quorumWeight() {
        return members.stream()
            .filter(member -> member.standing().usable() || member.standing() == Standing.EJECTED)
            .mapToInt(Member::fullWeight)
            .sum();
    }

    /** Whether the pool could lose any one zone; empty: its members stand in fewer than two, so there is nothing to ask. */
    public Optional<Boolean> spareZone() {
        long zones = members.stream().flatMap(member -> member.zone().stream()).distinct().count();
        return zones < 2 ? Optional.empty() : Optional.of(shortfall.isEmpty());
    }

    /** Whether a pick needs a hash of the connection. */
    public boolean usesHash() {
        return pool.algorithm() instanceof Algorithm.Maglev;
    }

    /** Whether that is the hash of a QUIC connection id. */
    public boolean hashesQuicIds() {
        return pool.algorithm() instanceof Algorithm.Maglev maglev && maglev.key() == HashKey.QUIC_ID;
    }

    /** The part of new connections that each zone is given, by weight where the algorithm knows weights; "" stands for no zone. */
    public Map<String, Double> shareByZone() {
        Map<String, Double> shares = new TreeMap<>();
        members.forEach(member -> shares.put(member.zone().orElse(""), 0.0));
        for (Candidates candidates : groups) {
            Map<String, Integer> turnsByZone = new TreeMap<>();
            candidates.members().forEach(member -> turnsByZone.merge(member.zone().orElse(""), turns(member), Integer::sum));
            double whole = turnsByZone.values().stream().mapToInt(Integer::intValue).sum();
            turnsByZone.forEach((zone, turns) -> shares.merge(zone, candidates.share() * turns / whole, Double::sum));
        }
        return shares;
    }

    /** How many of its group's turns a member has in the long run. */
    public int turns(Member member) {
        return pool.algorithm() == Algorithm.Plain.ROUND_ROBIN ? 1 : member.effectiveWeight();
    }

    /**
     * Members that keep the clients that stay at them: all that new connections begin with, which leaves out who is unhealthy, ejected, drained, disabled,
     * without weight, in a zone that was shifted or in a tier that carries nothing; and, where the operator wants that, those without weight that only
     * lack it. A QUIC connection that comes from another address has begun already: all but who is unhealthy, ejected or disabled keep theirs.
     */
    public List<Member> keepers() {
        if (hashesQuicIds()) {
            return members.stream().filter(PoolView::carriesOn).toList();
        }
        Stream<Member> carrying = groups.stream().filter(group -> group.share() > 0).flatMap(group -> group.members().stream());
        boolean kept = pool.affinity().filter(rules -> rules.atWeightZero() == AtWeightZero.KEEP).isPresent();
        return Stream.concat(carrying, kept ? members.stream().filter(this::lacksOnlyWeight) : Stream.empty()).toList();
    }

    private static boolean carriesOn(Member member) {
        return switch (member.status().state()) {
            case HEALTHY, WARMING, CHECKING, DRAINING -> true;
            case EJECTED, UNHEALTHY, DRAINED, DISABLED -> false;
        };
    }

    private boolean lacksOnlyWeight(Member member) {
        return member.configuredWeight() == 0 && member.backend().adminState() == AdminState.ENABLED && !member.shifted()
                && member.tier() == activeTier() && member.status().state().live();
    }

    /** The pool that carries the traffic: this one, unless it is sorry and names another. */
    public PoolView serving() {
        return mode == Mode.SORRY && sorryPool.isPresent() ? sorryPool.get() : this;
    }

    /** The position of the group that a connection with this hash begins with. At least one group, and {@link #usesHash} must be true. */
    public int groupOf(long hash) {
        return drawn(fraction(hash));
    }

    /**
     * The position of the group that a connection begins with, drawn by share: of the hash where the pool has one, so that it is the same on every
     * loop and node and a share that moves by a tenth moves a tenth of the connections. At least one group.
     */
    int draw(SplittableRandom random, long hash) {
        if (groups.get(0).share() >= 1) {
            return 0;
        }
        return drawn(usesHash() ? fraction(hash) : random.nextDouble());
    }

    private int drawn(double fraction) {
        double left = fraction;
        int last = 0;
        for (int i = 0; i < groups.size(); i++) {
            double share = groups.get(i).share();
            if (share > 0) {
                last = i;
                left -= share;
                if (left < 0) {
                    return i;
                }
            }
        }
        return last;
    }

    /** 0 to below 1, out of other bits than the ones that the balancer takes. */
    private static double fraction(long hash) {
        long mixed = (hash ^ (hash >>> 32)) * MULTIPLIER;
        return (mixed >>> 11) * 0x1p-53;
    }
}
