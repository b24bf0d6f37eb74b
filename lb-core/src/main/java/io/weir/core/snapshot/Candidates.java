package io.weir.core.snapshot;

import io.weir.core.balance.Balancer;
import io.weir.core.model.Tier;
import java.util.List;

/** The members of one tier that may be picked, with the balancer made for them. */
public record Candidates(Tier tier, List<Member> members, Balancer balancer) {
    public Candidates {
        members = List.copyOf(members);
    }
}
