package io.weir.core.affinity;

import java.util.Collection;

/** Copies what affinity tables hold, or adds it up. Called on the one thread that drains an {@link AffinityFeed}. */
public interface AffinityFollower {
    /** What has changed since the last call, each source of a table once, in an order that means nothing. */
    void changed(Collection<AffinityChange> changes);

    /** Changes are lost: whoever must know all reads the tables again. */
    void missed();
}
