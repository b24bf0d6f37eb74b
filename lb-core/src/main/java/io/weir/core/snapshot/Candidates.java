package io.weir.core.snapshot;

import io.weir.core.balance.Balancer;
import io.weir.core.model.Tier;
import io.weir.core.zone.Group;
import io.weir.core.zone.Group.Part;
import java.util.List;

/** A group of members that may be picked, with the balancer made for them. */
public record Candidates(Group<Member> group, Balancer balancer) {
    private static final int SLOTS_A_TIER = 4;
    /** How many groups a pool can have. */
    static final int SLOTS = 2 * SLOTS_A_TIER;

    public Tier tier() {
        return group.tier();
    }

    public Part part() {
        return group.part();
    }

    public double share() {
        return group.share();
    }

    public List<Member> members() {
        return group.members();
    }

    /** Where a loop keeps what it knows of the group, 0 to {@link #SLOTS} - 1. */
    int slot() {
        int ofTier = switch (group.part()) {
            case ALL -> 0;
            case LOCAL -> 1;
            case OTHER -> 2;
            case EJECTED -> 3;
        };
        return group.tier() == Tier.PRIMARY ? ofTier : SLOTS_A_TIER + ofTier;
    }
}
