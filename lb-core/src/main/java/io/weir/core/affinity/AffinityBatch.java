package io.weir.core.affinity;

import java.util.List;

/**
 * Some entries of one pool's table, as another process takes them up.
 *
 * @param form what the keys are made of; tables of the same text know the same keys
 */
public record AffinityBatch(String pool, String form, Target target, List<AffinityKey> keys) {
    /** So many keys a batch take less than 32 KiB as text. */
    static final int MOST = 500;

    public AffinityBatch {
        keys = List.copyOf(keys);
    }
}
