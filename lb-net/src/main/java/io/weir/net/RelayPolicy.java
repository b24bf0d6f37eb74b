package io.weir.net;

import org.jspecify.annotations.Nullable;

/** Decides for one listener on one loop. Called on that loop only. */
public interface RelayPolicy {
    /**
     * Admits a connection that was just accepted, or refuses it: null, and it is reset. A refusal is counted by the
     * policy.
     */
    @Nullable
    RelaySession admit(RelayConnection connection);
}
