package io.weir.core.model;

/**
 * How a pool's traffic spreads over zones.
 *
 * @param panic share of usable members of the chosen tier below which their health is ignored, 0%..100%; 0% is never
 * @param overprovisioning how much of its share at full health a zone or tier may carry before the rest spills, 100%..1000%, default 140%
 */
public record ZonePolicy(ZoneTiers tiers, Failover failover, Locality locality, Percent panic, Percent overprovisioning) {
    public static final Percent DEFAULT_OVERPROVISIONING = new Percent(140);
    public static final ZonePolicy DEFAULT = new ZonePolicy(ZoneTiers.ALIKE, Failover.DEFAULT, Locality.ANY, Percent.NONE,
            DEFAULT_OVERPROVISIONING);

    public ZonePolicy {
        if (panic.value() > 100) {
            throw new IllegalArgumentException("panic is " + panic + ", want 0%..100%");
        }
        if (overprovisioning.value() < 100) {
            throw new IllegalArgumentException("overprovisioning is " + overprovisioning + ", want 100%..1000%");
        }
    }

    /** The defaults for tiers of their own. */
    public static ZonePolicy of(ZoneTiers tiers) {
        return new ZonePolicy(tiers, Failover.DEFAULT, Locality.ANY, Percent.NONE, DEFAULT_OVERPROVISIONING);
    }
}
