package io.weir.core.model;

import java.util.Locale;

/** The two ranks of a pool's zones. A pool whose zones are all alike has only {@code PRIMARY}. */
public enum Tier {
    PRIMARY, BACKUP;

    /** Where a pool ranks a backend: backup if its zone is one of the backup zones, else primary. */
    public static Tier of(Pool pool, Backend backend) {
        return of(pool, backend.zone().orElse(""));
    }

    /** Where a pool ranks the backends of a zone; no zone is "". */
    public static Tier of(Pool pool, String zone) {
        return pool.zones().tiers().backup().contains(zone) ? BACKUP : PRIMARY;
    }

    public Tier other() {
        return this == PRIMARY ? BACKUP : PRIMARY;
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
