package io.weir.net.udp;

import io.weir.core.telemetry.LoopCounter;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The ports of one loop towards backends of one address family, and the lanes over them. Confined to the loop. */
final class UpstreamPorts {
    private static final int FIRST_PORTS = 16;

    /** Sockets closed in one sweep: closing takes microseconds each. */
    private static final int SWEEP = 256;

    private final UdpLoop loop;

    private final boolean inet6;

    private @Nullable UpstreamPort[] ports = new UpstreamPort[FIRST_PORTS];

    private final LoopCounter open = new LoopCounter();

    /** Ports that another process has opened: they are the first ones. */
    private int adopted;

    private long adoptedTick;

    /** When another one may be opened: where there is none the kernel looks for long, and each new flow would ask. */
    private long retryTick;

    private final Map<InetSocketAddress, Lane> laneByAddress = new HashMap<>();

    /** The same lanes by numbers, with open addressing, at most half full. */
    private @Nullable Lane[] lanes = new Lane[FIRST_PORTS];

    UpstreamPorts(UdpLoop loop, boolean inet6) {
        this.loop = loop;
        this.inet6 = inet6;
    }

    boolean inet6() {
        return inet6;
    }

    long tick() {
        return loop.loop().timers().ticks();
    }

    /** The lane to a backend, made if there is none. */
    Lane lane(InetSocketAddress address) {
        Lane known = laneByAddress.get(address);
        if (known == null) {
            known = new Lane(this, address);
            if (adopted > 0 && tick() - adoptedTick < Lane.REST_TICKS) {
                known.restUpTo(adopted);
            }
            laneByAddress.put(address, known);
            index();
        }
        return known;
    }

    /** The lane from a backend; null for a stranger. */
    @Nullable
    Lane lane(Peer sender) {
        int mask = lanes.length - 1;
        for (int i = hash(sender) & mask;; i = (i + 1) & mask) {
            Lane lane = lanes[i];
            if (lane == null || same(lane.peer(), sender)) {
                return lane;
            }
        }
    }

    private static boolean same(Peer one, Peer other) {
        return one.low == other.low && one.port == other.port && one.high == other.high;
    }

    private static int hash(Peer peer) {
        long hash = (peer.low ^ peer.high ^ ((long) peer.port << 40)) * 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 33);
    }

    private void index() {
        @Nullable Lane[] table = new Lane[Math.max(FIRST_PORTS, Integer.highestOneBit(laneByAddress.size()) * 4)];
        for (Lane lane : laneByAddress.values()) {
            int i = hash(lane.peer()) & (table.length - 1);
            while (table[i] != null) {
                i = (i + 1) & (table.length - 1);
            }
            table[i] = lane;
        }
        lanes = table;
    }

    /** The port with this index, opened if it is not; null if there is no descriptor, or no port of the host, for it. */
    @Nullable
    UpstreamPort port(int index) {
        UpstreamPort port = index < ports.length ? ports[index] : null;
        if (port == null && tick() >= retryTick) {
            port = loop.open(this, index);
            if (port == null) {
                retryTick = tick() + 1;
            } else {
                add(port);
            }
        }
        return port;
    }

    private void add(UpstreamPort port) {
        if (port.index() >= ports.length) {
            ports = Arrays.copyOf(ports, Math.max(port.index() + 1, 2 * ports.length));
        }
        ports[port.index()] = port;
        open.increment();
    }

    /** Adds a port of another process; before any other one is opened. */
    UpstreamPort adopt(IntFunction<UpstreamPort> maker) {
        UpstreamPort port = maker.apply(adopted++);
        adoptedTick = tick();
        add(port);
        return port;
    }

    /** Visits those that are open. */
    void forEach(Consumer<UpstreamPort> visitor) {
        for (UpstreamPort port : ports.clone()) {
            if (port != null) {
                visitor.accept(port);
            }
        }
    }

    /** How many are open; any thread. */
    int open() {
        return (int) open.get();
    }

    /** Closes what has not been used since the last sweep. */
    void sweep() {
        int left = SWEEP;
        for (int i = 0; i < ports.length && left > 0; i++) {
            UpstreamPort port = ports[i];
            if (port != null && port.isForgotten()) {
                close(i, port);
                left--;
            }
        }
        if (laneByAddress.values().removeIf(Lane::isForgotten)) {
            index();
        }
    }

    /** Closes all; no flow has one. */
    void closeAll() {
        forEach(port -> close(port.index(), port));
    }

    private void close(int index, UpstreamPort port) {
        ports[index] = null;
        open.add(-1);
        port.close();
    }
}
