package io.weir.health.schedule;

import io.weir.core.health.BackendKey;
import io.weir.core.health.ProbeOutcome;
import io.weir.core.model.Configuration;
import io.weir.health.probe.ProbeTarget;
import io.weir.health.probe.SocketProber;
import io.weir.net.EventLoops;
import io.weir.net.Loop;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/**
 * Probes the backends of a configuration on the probe loop, and says how each probe ended. Any thread may call it; the outcomes come on the
 * probe loop. Nobody is probed before the first {@link #follow}.
 */
public final class HealthChecker implements AutoCloseable {
    /** Sockets that probes may hold at once; more would be felt by traffic where descriptors are few. */
    public static final int MAX_OPEN = 2_048;

    private final Loop loop;
    private final SocketProber prober;
    private final ProbeScheduler scheduler;
    private final ProbeCounters counters = new ProbeCounters();

    /** @param outcomes called on the probe loop for each probe: must not block */
    public HealthChecker(EventLoops loops, BiConsumer<BackendKey, ProbeOutcome> outcomes) {
        this.loop = loops.probe();
        this.prober = new SocketProber(loops.transport(), loop);
        this.scheduler = new ProbeScheduler(new EventLoopTimer(loop), prober, MAX_OPEN, new SplittableRandom(), outcomes, counters);
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
