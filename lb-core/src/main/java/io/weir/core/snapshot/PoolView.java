package io.weir.core.snapshot;

import io.weir.core.model.Algorithm;
import io.weir.core.model.Pool;
import io.weir.core.model.Tier;
import java.util.List;

/**
 * A pool as traffic sees it.
 *
 * @param generation of the snapshot that this view was made for; a view that did not change is shared by later ones
 * @param members all that are configured, in the order of the file
 * @param activeTier where new connections go first
 * @param preference the tiers that have somebody to pick, the active one first; empty: nobody
 */
public record PoolView(long generation, Pool pool, List<Member> members, Tier activeTier, List<Candidates> preference) {
    public PoolView {
        members = List.copyOf(members);
        preference = List.copyOf(preference);
    }

    public String name() {
        return pool.name();
    }

    /** Whether a pick needs a hash of the connection. */
    public boolean usesHash() {
        return pool.algorithm() instanceof Algorithm.Maglev;
    }
}
