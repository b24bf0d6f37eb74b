package io.weir.core.limit;

/** How fast the connections of a listener move bytes, all together, in each direction. Any thread. */
public record Pace(Bandwidth toBackends, Bandwidth toClients) {
    /** As fast as they can. */
    public static final Pace UNLIMITED = new Pace(Bandwidth.UNLIMITED, Bandwidth.UNLIMITED);

    Pace(long bytesPerSecond) {
        this(new Bandwidth(bytesPerSecond), new Bandwidth(bytesPerSecond));
    }

    public boolean isLimited() {
        return toBackends != Bandwidth.UNLIMITED;
    }

    void bytesPerSecond(long newRate) {
        toBackends.bytesPerSecond(newRate);
        toClients.bytesPerSecond(newRate);
    }
}
