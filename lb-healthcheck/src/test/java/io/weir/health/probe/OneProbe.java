package io.weir.health.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.BackendKey;
import io.weir.core.health.ProbeOutcome;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.Probe;
import io.weir.core.model.ProxyProtocol;
import io.weir.net.EventLoops;
import io.weir.net.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Carries out probes one by one on a real probe loop, and sees that each is judged once and then closed once. Confined to the test. */
final class OneProbe implements AutoCloseable {
    /** More than any answer takes, on however busy a host. */
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Of a probe that is to find nobody. */
    static final Duration SHORT = Duration.ofMillis(300);

    private final EventLoops loops;
    private final SocketProber prober;

    OneProbe(Transport transport) {
        loops = EventLoops.start(transport, 1);
        prober = new SocketProber(transport, loops.probe(), 100);
    }

    static Stream<Transport> transports() {
        return Stream.of(Transport.values()).filter(transport -> transport.unavailable().isEmpty());
    }

    static HealthCheck check(Probe probe) {
        return HealthCheck.of(probe).every(HealthCheck.MIN_INTERVAL, TIMEOUT).withThresholds(1, 1);
    }

    /** Of a member that is known not to answer. */
    static HealthCheck hasty(Probe probe) {
        return check(probe).every(HealthCheck.MIN_INTERVAL, SHORT);
    }

    ProbeOutcome of(InetSocketAddress address, Probe probe) throws Exception {
        return of(address, check(probe));
    }

    ProbeOutcome of(InetSocketAddress address, HealthCheck check) throws Exception {
        var only = check.probe() instanceof Probe.Script ? Optional.of(new BackendKey("shop", "a")) : Optional.<BackendKey>empty();
        return of(new ProbeTarget(address, check, ProxyProtocol.NONE, only));
    }

    /** Of a backend that expects a header. */
    ProbeOutcome of(InetSocketAddress address, HealthCheck check, ProxyProtocol header) throws Exception {
        return of(new ProbeTarget(address, check, header, Optional.empty()));
    }

    private ProbeOutcome of(ProbeTarget target) throws Exception {
        var outcome = new CompletableFuture<ProbeOutcome>();
        var closed = new CompletableFuture<Void>();
        loops.probe().run(() -> {
            Prober.Running _ = prober.start(target, new Prober.Listener() {
                @Override
                public void judged(ProbeOutcome judged) {
                    assertThat(outcome.complete(judged)).as("judged once").isTrue();
                }

                @Override
                public void closed() {
                    assertThat(outcome).as("judged before it is closed").isDone();
                    assertThat(closed.complete(null)).as("closed once").isTrue();
                }
            });
        });
        ProbeOutcome judged = outcome.get(30, TimeUnit.SECONDS);
        closed.get(30, TimeUnit.SECONDS);
        return judged;
    }

    static void assertPassed(ProbeOutcome outcome) {
        assertThat(outcome).isInstanceOf(ProbeOutcome.Success.class);
    }

    static void assertFailed(ProbeOutcome outcome, Cause cause, String detail) {
        assertThat(outcome).isEqualTo(new ProbeOutcome.Failure(outcome.startedNanos(), cause, detail));
    }

    static void assertNotTried(ProbeOutcome outcome, String detail) {
        assertThat(outcome).isEqualTo(new ProbeOutcome.NotTried(outcome.startedNanos(), detail));
    }

    @Override
    public void close() {
        loops.probe().run(prober::close);
        loops.close();
    }
}
