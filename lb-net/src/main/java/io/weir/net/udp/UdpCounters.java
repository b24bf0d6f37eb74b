package io.weir.net.udp;

import io.weir.core.telemetry.LoopCounter;
import io.weir.net.RelayTraffic;
import java.util.EnumMap;
import java.util.Objects;

/** What one UDP listener has moved and dropped on one loop. Written on the loop, read by any thread. */
public final class UdpCounters {
    private final RelayTraffic traffic = new RelayTraffic();

    private final LoopCounter datagramsToBackends = new LoopCounter();

    private final LoopCounter datagramsToClients = new LoopCounter();

    private final LoopCounter flows = new LoopCounter();

    private final EnumMap<Drop, LoopCounter> drops = new EnumMap<>(Drop.class);

    UdpCounters() {
        for (Drop drop : Drop.values()) {
            drops.put(drop, new LoopCounter());
        }
    }

    /** Bytes of the datagrams that belong to flows. */
    public RelayTraffic traffic() {
        return traffic;
    }

    /** Datagrams of clients that belong to flows. */
    public LoopCounter datagramsToBackends() {
        return datagramsToBackends;
    }

    /** Datagrams of backends that belong to flows. */
    public LoopCounter datagramsToClients() {
        return datagramsToClients;
    }

    /** Flows that are there now. */
    public LoopCounter flows() {
        return flows;
    }

    /** Datagrams that went nowhere. */
    public LoopCounter drops(Drop why) {
        return Objects.requireNonNull(drops.get(why));
    }
}
