package io.weir.core.affinity;

import org.jspecify.annotations.Nullable;

/**
 * A source that stays elsewhere than before.
 *
 * @param before null: it was not known
 * @param after null: it is not known any more
 */
public record AffinityChange(AffinityTable table, AffinityKey key, @Nullable Target before, @Nullable Target after) {
    /** This one and, right behind it, a later one of the same source. */
    AffinityChange then(AffinityChange later) {
        return new AffinityChange(table, key, before, later.after);
    }
}
