package io.weir.net;

import io.weir.core.telemetry.LoopCounter;

/** Bytes that connections of one listener have moved on one loop, counted as they move. Written on the loop, read anywhere. */
public final class RelayTraffic {
    private final LoopCounter bytesToBackends = new LoopCounter();

    private final LoopCounter bytesToClients = new LoopCounter();

    private final LoopCounter bytesSpliced = new LoopCounter();

    /** Bytes received from clients. */
    public LoopCounter bytesToBackends() {
        return bytesToBackends;
    }

    /** Bytes received from backends. */
    public LoopCounter bytesToClients() {
        return bytesToClients;
    }

    /** Those of both directions that were moved by splice(2), past our memory. */
    public LoopCounter bytesSpliced() {
        return bytesSpliced;
    }
}
