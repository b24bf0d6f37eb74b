package io.weir.core.zone;

/** What a member is worth to its pool, whatever brought it there. */
public enum Standing {
    /** Takes new connections. */
    LIVE,
    /** Nothing is known of it yet: picked only where its tier has nobody live. */
    UNPROVEN,
    /** Out on the evidence of traffic: tried last, after everybody else. */
    EJECTED,
    /** Out by its health check: picked only in panic. */
    FAILED,
    /** Not wanted by the operator: drained, disabled, of weight 0, or in a shifted zone. */
    OUT;

    /** Counts as capacity of its tier. */
    public boolean usable() {
        return this == LIVE || this == UNPROVEN;
    }
}
