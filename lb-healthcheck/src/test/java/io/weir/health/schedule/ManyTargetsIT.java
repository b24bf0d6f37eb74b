package io.weir.health.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.weir.core.health.BackendKey;
import io.weir.core.health.ProbeOutcome;
import io.weir.core.model.HealthCheck;
import io.weir.health.TestPools;
import io.weir.net.ChannelListener;
import io.weir.net.EventLoops;
import io.weir.net.TransportChoice;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Two thousand members once a second, on one loop: how exactly they are probed, and what it costs. */
class ManyTargetsIT {
    private static final Logger LOG = LoggerFactory.getLogger(ManyTargetsIT.class);
    private static final int TARGETS = Integer.getInteger("weir.targets", 2_000);
    private static final Duration INTERVAL = Duration.ofMillis(Integer.getInteger("weir.intervalMillis", 1_000));
    private static final int PROBES_EACH = 5;

    /** How long after its time each probe began. Written on the probe loop only. */
    private final Histogram lateMicros = new Histogram(3);
    private final Map<BackendKey, Long> dueNanosByBackend = new HashMap<>();

    @Test
    void probesBeginWhenTheyAreDue() throws BindException {
        try (EventLoops loops = EventLoops.start(TransportChoice.auto().transport(), 1)) {
            var server = ChannelListener.open(loops, new InetSocketAddress("0.0.0.0", 0), 4_096,
                    (_, channel) -> serve(channel));
            Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
            for (int i = 0; i < TARGETS; i++) {
                String host = "127.0." + (i / 250) + "." + (i % 250 + 1); // each has its own range of client ports
                addresses.put("b" + i, new InetSocketAddress(host, server.address().getPort()));
            }
            var done = new CompletableFuture<Void>();
            HealthCheck check = TestPools.tcp(INTERVAL, Duration.ofSeconds(1), 3, 2);
            try (var checker = new HealthChecker(loops, (backend, outcome) -> note(backend, outcome, done))) {
                checker.follow(TestPools.shop(check, addresses));
                await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(done).isCompleted());
                report(loops, checker.counters());
                assertThat(checker.counters().failed()).isZero();
                assertThat(checker.counters().notTried()).isZero();
            }
            server.stopAccepting().join();
            // On a busy machine the kernel decides; a schedule that falls behind by a whole interval is our own fault.
            assertThat(lateMicros.getValueAtPercentile(99)).isLessThan(INTERVAL.toNanos() / 1_000);
        }
    }

    private void report(EventLoops loops, ProbeCounters counters) {
        var cpuNanos = new CompletableFuture<Long>();
        loops.probe().run(() -> cpuNanos.complete(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()));
        LOG.info("{} targets every {} ms: late us p50={} p99={} p99.9={} max={}; failed={} not tried={} waited={} cpu us a probe={}",
                TARGETS,
                INTERVAL.toMillis(), lateMicros.getValueAtPercentile(50), lateMicros.getValueAtPercentile(99),
                lateMicros.getValueAtPercentile(99.9), lateMicros.getMaxValue(), counters.failed(), counters.notTried(),
                counters.waited(), cpuNanos.join() / 1_000 / counters.succeeded());
    }

    private void note(BackendKey backend, ProbeOutcome outcome, CompletableFuture<Void> done) {
        if (done.isDone() || !(outcome instanceof ProbeOutcome.Success success)) {
            return;
        }
        Long due = dueNanosByBackend.put(backend, success.startedNanos() + success.latency().toNanos() + INTERVAL.toNanos());
        if (due != null) {
            lateMicros.recordValue(Math.max(0, success.startedNanos() - due) / 1_000);
        }
        if (lateMicros.getTotalCount() == (long) TARGETS * PROBES_EACH) {
            done.complete(null);
        }
    }

    private static void serve(DuplexChannel channel) {
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                ReferenceCountUtil.release(message);
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                if (event == ChannelInputShutdownEvent.INSTANCE) {
                    var _ = context.close();
                }
            }
        });
    }
}
