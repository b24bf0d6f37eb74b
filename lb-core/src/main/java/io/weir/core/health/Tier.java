package io.weir.core.health;

/** The two ranks of a pool's zones. A pool whose zones are all alike has only {@code PRIMARY}. */
public enum Tier {
    PRIMARY, BACKUP;

    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
