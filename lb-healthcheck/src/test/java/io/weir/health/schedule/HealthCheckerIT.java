package io.weir.health.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.core.health.BackendState;
import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.model.AdminState;
import io.weir.core.model.HealthCheck;
import io.weir.health.TestPools;
import io.weir.net.EventLoops;
import io.weir.net.TransportChoice;
import io.weir.testkit.Behaviour;
import io.weir.testkit.FreePorts;
import io.weir.testkit.HttpAnswer;
import io.weir.testkit.RecordingBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Members that die and recover, from the socket to the state. */
class HealthCheckerIT {
    private static final HealthCheck FAST = TestPools.http(Duration.ofMillis(100), Duration.ofMillis(200), 3, 2);

    private final EventLoops loops = EventLoops.start(TransportChoice.auto().transport(), 1);
    private final ControlledHealth health = new ControlledHealth(loops);

    @AfterEach
    void stop() {
        health.close();
        loops.close();
    }

    private void awaitState(String backend, BackendState state, String cause) {
        await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(health.status(backend).state()).isEqualTo(state);
            assertThat(health.status(backend).cause()).isEqualTo(cause);
        });
    }

    @Test
    void aMemberThatIsKilledAndRestartedGoesOutAndComesBack() {
        var backend = RecordingBackend.http("a");
        int port = backend.port();
        health.configure(TestPools.shop(FAST, Map.of("a", backend.address())));
        awaitState("a", BackendState.HEALTHY, "1 of 1 probes succeeded");

        backend.close();
        awaitState("a", BackendState.UNHEALTHY, "connect refused, 2 of 2 failed");

        try (var _ = RecordingBackend.http("a", port)) {
            awaitState("a", BackendState.HEALTHY, "3 of 3 probes succeeded");
        }
    }

    @Test
    void aMemberThatAnswers500GoesOutAndComesBack() {
        try (var backend = RecordingBackend.http("a")) {
            health.configure(TestPools.shop(FAST, Map.of("a", backend.address())));
            awaitState("a", BackendState.HEALTHY, "1 of 1 probes succeeded");

            backend.answer(_ -> HttpAnswer.of(500, "broken"));
            awaitState("a", BackendState.UNHEALTHY, "status 500, want 2xx or 3xx, 2 of 2 failed");

            backend.answer(_ -> HttpAnswer.ok("well"));
            awaitState("a", BackendState.HEALTHY, "3 of 3 probes succeeded");
        }
    }

    @Test
    void aMemberThatFreezesGoesOutAfterTheWindowAndComesBack() {
        try (var backend = RecordingBackend.http("a")) {
            health.configure(TestPools.shop(FAST, Map.of("a", backend.address())));
            awaitState("a", BackendState.HEALTHY, "1 of 1 probes succeeded");

            long frozen = System.nanoTime();
            backend.behave(Behaviour.SILENT);
            awaitState("a", BackendState.UNHEALTHY, "no answer within 200ms, 2 of 2 failed");
            assertThat(Duration.ofNanos(System.nanoTime() - frozen))
                .isBetween(FAST.detectionWindow().minusMillis(100), FAST.detectionWindow().plusMillis(600));

            backend.behave(Behaviour.ANSWER);
            awaitState("a", BackendState.HEALTHY, "3 of 3 probes succeeded");
        }
    }

    @Test
    void aMemberThatWasNeverThereIsOutAfterTheFirstProbe() {
        health.configure(TestPools.shop(FAST, Map.of("a", FreePorts.nextAddress())));

        awaitState("a", BackendState.UNHEALTHY, "connect refused, 1 of 1 failed");
    }

    @Test
    void evidenceOfTrafficTakesAMemberOutLongBeforeItsInterval() {
        HealthCheck slow = TestPools.tcp(Duration.ofSeconds(50), Duration.ofSeconds(5), 3, 2);
        var backend = RecordingBackend.echo("a");
        try (var other = RecordingBackend.echo("b")) {
            health.configure(TestPools.shop(slow, Map.of("a", backend.address(), "b", other.address())));
            awaitState("a", BackendState.HEALTHY, "1 of 1 probes succeeded");
            awaitState("b", BackendState.HEALTHY, "1 of 1 probes succeeded");

            backend.close();
            health.evidence.connectFailed(TestPools.key("a"), ConnectFailure.REFUSED, 5);

            awaitState("a", BackendState.EJECTED, "connect refused, 5 in a row");
        }
    }

    @Test
    void aDisabledMemberIsNotProbed() {
        try (var backend = RecordingBackend.http("a"); var other = RecordingBackend.http("b")) {
            health.configure(TestPools.shop(FAST, List.of(TestPools.backend("a", backend.address(), AdminState.DISABLED),
                    TestPools.backend("b", other.address(), AdminState.ENABLED))));

            await().untilAsserted(() -> assertThat(other.requests()).hasSizeGreaterThan(5));
            assertThat(backend.accepted()).isZero();
        }
    }
}
