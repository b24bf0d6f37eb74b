package io.weir.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.config.TrafficFile;
import io.weir.core.config.TrafficResult;
import io.weir.core.health.HealthBook;
import io.weir.core.health.Moment;
import io.weir.core.model.Configuration;
import io.weir.core.snapshot.PoolView;
import io.weir.core.snapshot.Snapshot;
import io.weir.core.snapshot.SnapshotBuilder;
import io.weir.daemon.admin.ZoneForecast.BackendForecast;
import io.weir.daemon.admin.ZoneForecast.PoolForecast;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ZoneForecastTest {
    private static final String POOLS = """
            version: 1
            zones: {zone-a: {}, zone-b: {}}
            pools:
              shop:
                healthCheck: none
                sorryPool: spare
                backends:
                  a1: {address: "10.0.1.1:80", zone: zone-a}
                  a2: {address: "10.0.1.2:80", zone: zone-a}
              spare:
                healthCheck: none
                backends:
                  b1: {address: "10.0.2.1:80", zone: zone-b, weight: 75}
                  b2: {address: "10.0.2.2:80", zone: zone-b, weight: 25, maxConnections: 40}
            """;

    @Test
    void whatAPoolWithoutQuorumCarriedIsCountedAtItsSorryPool() {
        List<PoolForecast> forecasts = forecast("zone-a", Map.of("a1", 70L, "a2", 30L, "b1", 15L, "b2", 5L));

        assertThat(forecasts.get(0).mode()).isEqualTo("sorry");
        assertThat(forecasts.get(0).servedBy()).contains("spare");
        assertThat(forecasts.get(1).takenOver()).isEqualTo(100);
        assertThat(forecasts.get(1).backends()).extracting(BackendForecast::connectionsAfter).containsExactly(90L, 30L);
        assertThat(forecasts.get(1).backends()).extracting(BackendForecast::overload).containsOnly(Optional.empty());
    }

    @Test
    void whatIsTakenOverMayBeTooMuch() {
        List<PoolForecast> forecasts = forecast("zone-a", Map.of("a1", 200L));

        assertThat(forecasts.get(1).backends().get(1).overload()).contains("50 connections, above its maxConnections 40");
    }

    @Test
    void aPoolThatKeepsItsQuorumHandsNothingOver() {
        List<PoolForecast> forecasts = forecast("zone-b", Map.of("a1", 70L, "a2", 30L));

        assertThat(forecasts.get(0).servedBy()).isEmpty();
        assertThat(forecasts.get(1).takenOver()).isZero();
    }

    private static List<PoolForecast> forecast(String down, Map<String, Long> connectionsByBackend) {
        Configuration configuration = ((TrafficResult.Accepted) TrafficFile.parse("weir.yaml", POOLS)).configuration();
        var book = new HealthBook();
        book.reconfigure(configuration, new Moment(0, Instant.EPOCH));
        Snapshot snapshot = new SnapshotBuilder(Optional.empty()).build(Snapshot.EMPTY, 1, configuration, book);
        List<PoolView> pools = configuration.pools().keySet().stream().flatMap(name -> snapshot.pool(name).stream()).toList();
        return ZoneForecast.of(pools, down, Optional.empty(), member -> connectionsByBackend.getOrDefault(member.backend().name(), 0L));
    }
}
