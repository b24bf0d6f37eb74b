package io.weir.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.config.TrafficFile;
import io.weir.core.config.TrafficResult;
import io.weir.core.health.BackendKey;
import io.weir.core.health.HealthBook;
import io.weir.core.health.Moment;
import io.weir.core.health.ProbeOutcome;
import io.weir.core.model.Configuration;
import io.weir.core.snapshot.Snapshot;
import io.weir.core.snapshot.SnapshotBuilder;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ZoneGuardTest {
    private static final Configuration BEFORE = configuration("false", "false", "");
    private static final Moment NOW = new Moment(0, Instant.EPOCH);

    private final HealthBook book = new HealthBook();

    @Test
    void oneOfTwoZonesMayBeShifted() {
        assertThat(refusal(configuration("true", "false", ""))).isEmpty();
    }

    @Test
    void allZonesAtOnceMayNot() {
        assertThat(refusal(configuration("true", "true", ""))).contains(
                "of zones 'zone-a', 'zone-b' one is the last that can carry pool 'shop'; bring another back first: weir zone unshift ZONE");
    }

    @Test
    void theLastZoneWithSomebodyUsableMayNot() {
        fail("b1");

        assertThat(refusal(configuration("true", "false", ""))).contains(
                "zone 'zone-a' is the last that can carry pool 'shop'; bring another back first: weir zone unshift ZONE");
    }

    @Test
    void whereNobodyIsUsableAnywayAZoneMayGo() {
        fail("a1");
        fail("b1");

        assertThat(refusal(configuration("true", "false", ""))).isEmpty();
    }

    @Test
    void aMemberThatTheOperatorDoesNotWantCarriesNothing() {
        assertThat(refusal(configuration("true", "false", ", weight: 0"))).isPresent();
    }

    @Test
    void whatIsShiftedAlreadyIsNotAskedAgain() {
        book.reconfigure(BEFORE, NOW);

        assertThat(ZoneGuard.refusal(configuration("true", "true", ""), configuration("true", "true", ", weight: 1"), live())).isEmpty();
    }

    @Test
    void aZoneThatComesBackInTheSameEditCarries() {
        Configuration before = configuration("false", "true", "");
        book.reconfigure(before, NOW);
        Snapshot live = new SnapshotBuilder(Optional.empty()).build(Snapshot.EMPTY, 1, before, book);

        assertThat(ZoneGuard.refusal(before, configuration("true", "false", ""), live)).isEmpty();
        assertThat(ZoneGuard.refusal(before, configuration("true", "true", ""), live)).isPresent();
    }

    private void fail(String backend) {
        book.reconfigure(BEFORE, NOW);
        book.onProbe(new BackendKey("shop", backend), new ProbeOutcome.Failure(0, ProbeOutcome.Cause.REFUSED), NOW);
    }

    private Optional<String> refusal(Configuration after) {
        book.reconfigure(BEFORE, NOW);
        return ZoneGuard.refusal(BEFORE, after, live());
    }

    private Snapshot live() {
        return new SnapshotBuilder(Optional.empty()).build(Snapshot.EMPTY, 1, BEFORE, book);
    }

    private static Configuration configuration(String shiftedA, String shiftedB, String settingsB) {
        String text = """
                version: 1
                zones: {zone-a: {shifted: %s}, zone-b: {shifted: %s}}
                pools:
                  shop:
                    healthCheck: {type: tcp}
                    backends:
                      a1: {address: "10.0.1.1:80", zone: zone-a}
                      b1: {address: "10.0.2.1:80", zone: zone-b%s}
                """.formatted(shiftedA, shiftedB, settingsB);
        return ((TrafficResult.Accepted) TrafficFile.parse("weir.yaml", text)).configuration();
    }
}
