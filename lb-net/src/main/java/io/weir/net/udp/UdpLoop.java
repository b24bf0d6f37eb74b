package io.weir.net.udp;

import io.weir.core.telemetry.LoopCounter;
import io.weir.net.Deadline;
import io.weir.net.Loop;
import io.weir.net.TimerWheel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What all UDP listeners of one loop share: the ports towards backends. Confined to the loop. */
abstract class UdpLoop extends Deadline {
    private static final long SWEEP_TICKS = TimerWheel.ticksFor(Duration.ofSeconds(5));

    private final Loop loop;

    private final UpstreamPorts inet = new UpstreamPorts(this, false);

    private final UpstreamPorts inet6 = new UpstreamPorts(this, true);

    private final List<Runnable> doors = new ArrayList<>();

    private final LoopCounter strangers = new LoopCounter();

    UdpLoop(Loop loop) {
        this.loop = loop;
    }

    final Loop loop() {
        return loop;
    }

    /** Opens a port; null if descriptors or memory have run out. */
    abstract @Nullable UpstreamPort open(UpstreamPorts ports, int index);

    /** A datagram came to a port from an address that no flow of that port goes to, or no longer does. */
    final void stranger() {
        strangers.increment();
    }

    /** Datagrams that came to ports and belonged to no flow; any thread. */
    final long strangers() {
        return strangers.get();
    }

    /** The lane to a backend. */
    final Lane lane(InetSocketAddress backend) {
        return ports(DatagramCalls.isInet6(backend)).lane(backend);
    }

    final UpstreamPorts ports(boolean wantedInet6) {
        return wantedInet6 ? inet6 : inet;
    }

    /** Visits the ports that are open. */
    final void forEachPort(Consumer<UpstreamPort> visitor) {
        inet.forEach(visitor);
        inet6.forEach(visitor);
    }

    /** Closes all ports, which no flow has. */
    final void closePorts() {
        inet.closeAll();
        inet6.closeAll();
    }

    /** Ports that are open; any thread. */
    final int openPorts() {
        return inet.open() + inet6.open();
    }

    /** Lets {@code each} run at each sweep, from now on. */
    final void sweepWith(Runnable each) {
        doors.add(each);
        if (!isScheduled()) {
            loop.timers().scheduleTicks(this, SWEEP_TICKS);
        }
    }

    final void sweepWithout(Runnable each) {
        doors.remove(each);
    }

    @Override
    protected final void expired() {
        doors.forEach(Runnable::run);
        inet.sweep();
        inet6.sweep();
        if (!doors.isEmpty() || openPorts() > 0) {
            loop.timers().scheduleTicks(this, SWEEP_TICKS);
        }
    }
}
