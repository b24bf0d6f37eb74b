package io.weir.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.config.TrafficFile;
import io.weir.core.config.TrafficResult;
import io.weir.core.model.Configuration;
import io.weir.core.model.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A restart is no failback: only the operator ends what {@code failback: manual} began. */
class KeptTierTest {
    private static final String MANUAL = "failover: {failback: manual}";
    private static final Moment START = new Moment(0, Instant.EPOCH);

    private final HealthBook book = new HealthBook();

    @Test
    void trafficThatOnlyTheOperatorBringsHomeIsStillAwayAfterARestart() {
        book.resume(Map.of("shop", Tier.BACKUP));
        configure(MANUAL, START);
        allPass(START);
        book.onTimer(START.plus(Duration.ofHours(1)));

        assertThat(book.activeTier("shop")).isEqualTo(Tier.BACKUP);
        assertThat(book.tier("shop").reason().code()).isEqualTo("kept");
        assertThat(book.staysAway()).isEqualTo(Map.of("shop", Tier.BACKUP));
    }

    @Test
    void theOperatorBringsItHome() {
        book.resume(Map.of("shop", Tier.BACKUP));
        configure(MANUAL, START);
        allPass(START);
        configure("failover: {failback: manual, pin: primary}", START.plus(Duration.ofSeconds(1)));

        assertThat(book.activeTier("shop")).isEqualTo(Tier.PRIMARY);
        assertThat(book.staysAway()).isEmpty();
    }

    @Test
    void aBackupThatCarriesNobodyAfterTheRestartIsLeft() {
        book.resume(Map.of("shop", Tier.BACKUP));
        configure(MANUAL, START);
        Moment now = START.plus(Duration.ofSeconds(1));
        book.onProbe(new BackendKey("shop", "b1"), new ProbeOutcome.Failure(now.nanos(), ProbeOutcome.Cause.REFUSED), now);

        assertThat(book.activeTier("shop")).isEqualTo(Tier.PRIMARY);
    }

    @Test
    void aPoolThatReturnsByItselfBeginsAtHome() {
        book.resume(Map.of("shop", Tier.BACKUP));
        configure("failover: {failback: automatic}", START);

        assertThat(book.activeTier("shop")).isEqualTo(Tier.PRIMARY);
    }

    @Test
    void onlyWhatIsConfiguredAtTheStartIsResumed() {
        book.resume(Map.of("shop", Tier.BACKUP));
        book.reconfigure(Configuration.EMPTY, START);
        configure(MANUAL, START);

        assertThat(book.activeTier("shop")).isEqualTo(Tier.PRIMARY);
    }

    private void configure(String failover, Moment now) {
        String text = """
                version: 1
                zones: {zone-a: {}, zone-b: {}}
                pools:
                  shop:
                    zones: {primary: [zone-a], backup: [zone-b]}
                    %s
                    healthCheck: {type: tcp}
                    backends:
                      a1: {address: "10.0.1.1:80", zone: zone-a}
                      b1: {address: "10.0.2.1:80", zone: zone-b}
                """.formatted(failover);
        book.reconfigure(((TrafficResult.Accepted) TrafficFile.parse("weir.yaml", text)).configuration(), now);
    }

    private void allPass(Moment now) {
        List<HealthEffect> _ = Stream.of("a1", "b1")
            .flatMap(name -> book.onProbe(new BackendKey("shop", name), new ProbeOutcome.Success(now.nanos(), Duration.ZERO), now).stream())
            .toList();
    }
}
