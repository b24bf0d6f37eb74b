package io.weir.core.zone;

import io.weir.core.model.Tier;
import java.util.List;

/**
 * Members that are balanced among themselves.
 *
 * @param share of the pool's new connections that begin here, 0..1; 0: only when another group's members were tried
 * @param members at least one
 */
public record Group<M extends ZoneMember>(Tier tier, Part part, double share, List<M> members) {
    public Group {
        members = List.copyOf(members);
    }

    /** Which members of its tier a group holds. */
    public enum Part {
        /** Those that may be picked, wherever they stand. */
        ALL,
        /** Of those, the ones in this node's zone. */
        LOCAL,
        /** And the ones that are not. */
        OTHER,
        /** Those that traffic took out. */
        EJECTED;

        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
