package io.weir.net.udp;

import io.weir.net.TimerWheel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The flows of one loop to one backend address, each on another port: an answer is the flow's whose port it comes to.
 * Confined to the loop. Ports are shared with the lanes of other backends, so that flows may be as many as ports times
 * backends.
 */
final class Lane {
    /** How long a port that was left with a question open is kept from other clients, who must not get the answer. */
    static final Duration REST = Duration.ofSeconds(5);

    static final long REST_TICKS = TimerWheel.ticksFor(REST);

    private static final int FIRST_PORTS = 16;

    private final UpstreamPorts ports;

    private final InetSocketAddress address;

    private final Peer peer = new Peer();

    private final MemorySegment name;

    private final int nameBytes;

    /** By the index of their port. */
    private @Nullable UdpFlow[] flows = new UdpFlow[FIRST_PORTS];

    private int count;

    /** Ports that flows have left, the last one on top: a port that is in use now serves the next flow best. */
    private int[] free = new int[FIRST_PORTS];

    private int freeCount;

    /** From here on no port was ever taken. */
    private int fresh;

    private final ArrayDeque<Resting> resting = new ArrayDeque<>();

    private boolean used;

    private record Resting(int index, long untilTick) {}

    Lane(UpstreamPorts ports, InetSocketAddress address) {
        this.ports = ports;
        this.address = address;
        peer.set(address, ports.inet6());
        name = Arena.ofAuto().allocate(Peer.BYTES, 8);
        nameBytes = Peer.write(name, 0, ports.inet6(), peer.high, peer.low, peer.port, peer.scope);
    }

    InetSocketAddress address() {
        return address;
    }

    Peer peer() {
        return peer;
    }

    /** The address of the backend's socket address. */
    long name() {
        return name.address();
    }

    int nameBytes() {
        return nameBytes;
    }

    /** Gives a flow a port that no other flow to this backend has; null if none can be opened. */
    @Nullable
    UpstreamPort take(UdpFlow flow) {
        used = true;
        wakeResting();
        int index = freeCount > 0 ? free[--freeCount] : fresh;
        UpstreamPort port = ports.port(index);
        if (port == null) {
            freeCount += index < fresh ? 1 : 0;
            return null;
        }
        if (index == fresh) {
            fresh++;
            if (fresh > flows.length) {
                flows = Arrays.copyOf(flows, 2 * flows.length);
            }
        }
        flows[index] = flow;
        count++;
        port.take();
        return port;
    }

    /** Takes a port back from its flow. */
    void leave(UpstreamPort port, boolean rests) {
        flows[port.index()] = null;
        count--;
        port.leave();
        if (rests) {
            resting.add(new Resting(port.index(), ports.tick() + REST_TICKS));
        } else {
            push(port.index());
        }
    }

    /** Gives a flow of another process the port that it has; ports in rising order, all beyond those of flows before. */
    void goOn(UdpFlow flow, UpstreamPort port) {
        restUpTo(port.index());
        fresh = port.index() + 1;
        if (fresh > flows.length) {
            flows = Arrays.copyOf(flows, Math.max(fresh, 2 * flows.length));
        }
        flows[port.index()] = flow;
        count++;
        port.take();
        used = true;
    }

    /** Keeps ports that were another process's from new flows for a while: it may have left a question open on each. */
    void restUpTo(int end) {
        for (; fresh < end; fresh++) {
            resting.add(new Resting(fresh, ports.tick() + REST_TICKS));
        }
        if (fresh > flows.length) {
            flows = Arrays.copyOf(flows, Math.max(fresh, 2 * flows.length));
        }
    }

    private void wakeResting() {
        for (Resting first = resting.peek(); first != null && first.untilTick <= ports.tick(); first = resting.peek()) {
            resting.remove();
            push(first.index);
        }
    }

    private void push(int index) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * free.length);
        }
        free[freeCount++] = index;
    }

    /** Whose the answers to a port are; null: nobody's. */
    @Nullable
    UdpFlow flow(int portIndex) {
        return portIndex < flows.length ? flows[portIndex] : null;
    }

    /** Whether it has no flow and no port that rests, and has given none since the last time that this was asked. */
    boolean isForgotten() {
        wakeResting();
        boolean forgotten = count == 0 && resting.isEmpty() && !used;
        used = false;
        return forgotten;
    }
}
