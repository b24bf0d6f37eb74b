package io.weir.health.schedule;

import com.sun.management.UnixOperatingSystemMXBean;
import io.weir.core.health.BackendKey;
import io.weir.core.health.ProbeOutcome;
import io.weir.core.model.Configuration;
import io.weir.health.probe.ProbeTarget;
import io.weir.health.probe.SocketProber;
import io.weir.net.EventLoops;
import io.weir.net.Loop;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/**
 * Probes the backends of a configuration on the probe loop, and says how each probe ended. Any thread may call it; the outcomes come on the
 * probe loop. Nobody is probed before the first {@link #follow}.
 */
public final class HealthChecker implements AutoCloseable {
    private static final int MOST_OPEN = 8_192;
    private static final int SHARE_OF_DESCRIPTORS = 4;

    private final Loop loop;
    private final SocketProber prober;
    private final ProbeScheduler scheduler;
    private final ProbeCounters counters = new ProbeCounters();

    /** @param outcomes called on the probe loop for each probe: must not block */
    public HealthChecker(EventLoops loops, BiConsumer<BackendKey, ProbeOutcome> outcomes) {
        this.loop = loops.probe();
        int most = mostOpen();
        this.prober = new SocketProber(loops.transport(), loop, most);
        this.scheduler = new ProbeScheduler(new EventLoopTimer(loop), prober, most, new SplittableRandom(), outcomes, counters);
    }

    /** Sockets that probes may hold at once, and that may be kept between probes; more would be felt by traffic. */
    private static int mostOpen() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? (int) Math.min(MOST_OPEN, unix.getMaxFileDescriptorCount() / SHARE_OF_DESCRIPTORS)
                : MOST_OPEN;
    }

    /** Probes the backends of this configuration from now on; those that did not change keep their schedule. */
    public void follow(Configuration configuration) {
        Map<BackendKey, ProbeTarget> targets = ProbeTarget.of(configuration);
        var _ = loop.run(() -> scheduler.follow(targets));
    }

    /** Probes a backend at once, if it is probed at all. */
    public void probeNow(BackendKey backend) {
        var _ = loop.run(() -> scheduler.probeNow(backend));
    }

    public ProbeCounters counters() {
        return counters;
    }

    /** Stops probing; probes that run are dropped without an outcome. Does not wait. */
    @Override
    public void close() {
        var _ = loop.run(() -> {
            scheduler.stop();
            prober.close();
        });
    }
}
