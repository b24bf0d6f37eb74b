package io.weir.core.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a node knew when it last ran and cannot ask anybody for again. A value.
 *
 * @param membersByPool the last list of each pool's file or name server; none is empty
 * @param tierByPool where traffic was of pools that only the operator brings home
 */
public record LastKnown(Map<String, List<Backend>> membersByPool, Map<String, Tier> tierByPool) {
    public static final LastKnown NOTHING = new LastKnown(Map.of(), Map.of());

    public LastKnown {
        Map<String, List<Backend>> copies = new HashMap<>();
        membersByPool.forEach((pool, members) -> copies.put(pool, List.copyOf(members)));
        membersByPool = Map.copyOf(copies);
        tierByPool = Map.copyOf(tierByPool);
    }

    public LastKnown withMembers(Map<String, List<Backend>> members) {
        return new LastKnown(members, tierByPool);
    }

    public LastKnown withTiers(Map<String, Tier> tiers) {
        return new LastKnown(membersByPool, tiers);
    }
}
