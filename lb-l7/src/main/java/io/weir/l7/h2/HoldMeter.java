package io.weir.l7.h2;

/**
 * Adds up what a client makes us hold while it keeps its windows shut, in bytes times seconds: much for a moment is as bad
 * as little for long (CVE-2019-9517). Confined to its connection's loop; told of each second.
 */
public final class HoldMeter {
    /** Who takes as much a second reads, slowly. */
    private static final int READS = 4 * 1024;
    /** 25 MiB for 10 s: a hundred streams, each with one read of its backend. */
    private static final long BUDGET = 256L << 20;

    private long spent;

    /** A second in which {@code held} bytes waited and {@code taken} were taken; false when it is too much. */
    public boolean allows(long held, long taken) {
        if (taken >= READS) {
            spent = 0;
            return true;
        }
        spent += held;
        return spent <= BUDGET;
    }
}
