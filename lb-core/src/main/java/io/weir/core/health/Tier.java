package io.weir.core.health;

import io.weir.core.model.Backend;
import io.weir.core.model.Pool;

/** The two ranks of a pool's zones. A pool whose zones are all alike has only {@code PRIMARY}. */
public enum Tier {
    PRIMARY, BACKUP;

    /** Where a pool ranks a backend: backup if its zone is one of the backup zones, else primary. */
    public static Tier of(Pool pool, Backend backend) {
        return backend.zone().filter(pool.zones().backup()::contains).isPresent() ? BACKUP : PRIMARY;
    }

    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
