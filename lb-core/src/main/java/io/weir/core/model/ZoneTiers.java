package io.weir.core.model;

import java.util.List;
import java.util.Set;

/**
 * Which zones carry a pool's traffic first, and which when those cannot (CLB-06).
 *
 * @param primary empty: all zones are alike, there is one tier
 */
public record ZoneTiers(List<String> primary, List<String> backup) {
    public static final ZoneTiers ALIKE = new ZoneTiers(List.of(), List.of());

    public ZoneTiers {
        primary = List.copyOf(primary);
        backup = List.copyOf(backup);
        if (primary.isEmpty() && !backup.isEmpty()) {
            throw new IllegalArgumentException("backup zones without a primary one");
        }
        if (Set.copyOf(primary).size() < primary.size() || Set.copyOf(backup).size() < backup.size()) {
            throw new IllegalArgumentException("a zone is named twice");
        }
        backup.stream().filter(primary::contains).findFirst().ifPresent(zone -> {
            throw new IllegalArgumentException("zone " + zone + " is primary and backup");
        });
    }

    public boolean alike() {
        return primary.isEmpty();
    }
}
