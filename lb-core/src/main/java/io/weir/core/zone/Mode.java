package io.weir.core.zone;

/** How a pool answers. */
public enum Mode {
    /** By the health of its members. */
    NORMAL,
    /** So few are healthy that health is ignored in the active tier. */
    PANIC,
    /** The quorum is lost: no member is picked, the pool's sorry answer is given. */
    SORRY;

    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
