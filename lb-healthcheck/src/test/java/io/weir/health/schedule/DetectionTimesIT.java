package io.weir.health.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.core.health.BackendState;
import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.model.HealthCheck;
import io.weir.health.TestPools;
import io.weir.net.EventLoops;
import io.weir.net.TransportChoice;
import io.weir.testkit.Behaviour;
import io.weir.testkit.HttpAnswer;
import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long a member's fault and its end go unnoticed under the shipped defaults, through real sockets. */
class DetectionTimesIT {
    private static final Logger LOG = LoggerFactory.getLogger(DetectionTimesIT.class);
    private static final HealthCheck SHIPPED = TestPools.http(HealthCheck.DEFAULT_INTERVAL, HealthCheck.DEFAULT_TIMEOUT,
            HealthCheck.DEFAULT_HEALTHY, HealthCheck.DEFAULT_UNHEALTHY);
    private static final Duration SLACK = Duration.ofMillis(700);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final EventLoops loops = EventLoops.start(TransportChoice.auto().transport(), 1);
    private final ControlledHealth health = new ControlledHealth(loops);
    private final RecordingBackend other = RecordingBackend.http("b");
    private final RecordingBackend backend = RecordingBackend.http("a");

    @BeforeEach
    void bothAreHealthy() {
        health.configure(TestPools.shop(SHIPPED, Map.of("a", backend.address(), "b", other.address())));
        awaitState("a", BackendState.HEALTHY);
        awaitState("b", BackendState.HEALTHY);
    }

    @AfterEach
    void stop() {
        health.close();
        loops.close();
        backend.close();
        other.close();
    }

    private void awaitState(String name, BackendState... states) {
        await().pollInterval(Duration.ofMillis(2))
            .atMost(Duration.ofSeconds(10))
            .until(() -> Set.of(states).contains(health.status(name).state()));
    }

    private void assertOutWithin(Duration limit, String fault, long sinceNanos) {
        awaitState("a", BackendState.UNHEALTHY, BackendState.EJECTED);
        Duration took = Duration.ofNanos(System.nanoTime() - sinceNanos);
        LOG.info("{}: out after {} ms ({})", fault, took.toMillis(), health.status("a").cause());
        assertThat(took).isLessThan(limit.plus(SLACK));
    }

    @Test
    void killedWithoutTraffic() {
        long since = System.nanoTime();
        backend.close();

        assertOutWithin(SECOND.multipliedBy(2), "killed, no traffic", since);
    }

    @Test
    void killedUnderTraffic() throws InterruptedException {
        Thread traffic = Thread.ofVirtual().start(this::connectAgainAndAgain);
        long since = System.nanoTime();
        backend.close();

        assertOutWithin(Duration.ofMillis(100), "killed, 500 connects a second", since);
        traffic.join();
    }

    /** What a data plane does: connects, and hands in each failure. */
    private void connectAgainAndAgain() {
        int inARow = 0;
        while (health.status("a").state() == BackendState.HEALTHY) {
            try (var _ = new Socket(backend.address().getAddress(), backend.port())) {
                inARow = 0;
            } catch (IOException refused) {
                health.evidence.connectFailed(TestPools.key("a"), ConnectFailure.REFUSED, ++inARow);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Test
    void frozen() {
        long since = System.nanoTime();
        backend.behave(Behaviour.SILENT);

        assertOutWithin(SECOND.multipliedBy(4), "frozen", since);
    }

    @Test
    void answering500AndThenWellAgain() {
        long since = System.nanoTime();
        backend.answer(_ -> HttpAnswer.of(500, "broken"));
        assertOutWithin(SECOND.multipliedBy(2), "answers 500", since);

        long well = System.nanoTime();
        backend.answer(_ -> HttpAnswer.ok("well"));
        awaitState("a", BackendState.HEALTHY);

        Duration took = Duration.ofNanos(System.nanoTime() - well);
        LOG.info("well again: in after {} ms", took.toMillis());
        assertThat(took).isLessThan(SECOND.multipliedBy(3).plus(SLACK));
    }
}
