package io.weir.core.health;

import io.weir.core.model.Tier;

/** What health knows: the status of every configured backend, and the tier that each pool's traffic goes to. */
public interface Membership {
    BackendStatus status(BackendKey backend);

    Tier activeTier(String pool);
}
