package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Affinity;
import io.weir.core.model.Algorithm;
import io.weir.core.model.BodyMatch;
import io.weir.core.model.ByteRange;
import io.weir.core.model.Configuration;
import io.weir.core.model.Draining;
import io.weir.core.model.Failover;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.Locality;
import io.weir.core.model.OutlierDetection;
import io.weir.core.model.Percent;
import io.weir.core.model.Pool;
import io.weir.core.model.Probe;
import io.weir.core.model.Quorum;
import io.weir.core.model.Sorry;
import io.weir.core.model.StatusSet;
import io.weir.core.model.Tier;
import io.weir.core.model.TlsSettings;
import io.weir.core.model.Zone;
import io.weir.core.model.ZonePolicy;
import io.weir.core.model.ZoneTiers;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of zones, health and outliers, as if all were served. */
class PoolShapesTest {
    private final Configuration served = accepted(Fixtures.text("served.yaml"));

    @Test
    void everyKeyOfARichPoolReachesTheModel() {
        var failover = new Failover(new Failover.When.Below(new Percent(50)), Duration.ofSeconds(1), Failover.Failback.MANUAL, true,
                Optional.of(Tier.BACKUP));
        var outliers = new OutlierDetection(3, 4, 2, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(20),
                OutlierDetection.Backoff.EXPONENTIAL, new Percent(40), new Percent(30),
                Optional.of(new OutlierDetection.SuccessRate(3, 50, 1.5)), Optional.of(new OutlierDetection.Latency(2, 20, 4)));
        assertThat(pool("rich")).isEqualTo(Pool.builder("rich")
            .zones(new ZonePolicy(new ZoneTiers(List.of("zone-a"), List.of("zone-b")), failover, Locality.PREFER_LOCAL, new Percent(30),
                    new Percent(200)))
            .healthCheck(HealthCheckKeys.DEFAULT)
            .outlierDetection(outliers)
            .slowStart(Duration.ofSeconds(60))
            .quorum(new Quorum(150, 50))
            .sorry(new Sorry.Page(200, "Back soon.", Duration.ofSeconds(60)))
            .draining(new Draining(Duration.ofSeconds(20), EnumSet.allOf(Draining.Occasion.class)))
            .affinity(new Affinity(Duration.ofMinutes(5), 24, 56, 1000, Affinity.AtWeightZero.KEEP))
            .build());
    }

    @Test
    void bytesOfAConnectionIdMayBeHashed() {
        assertThat(pool("quic").algorithm())
            .isEqualTo(new Algorithm.Maglev(Algorithm.HashKey.QUIC_ID, new ByteRange(2, 4), Optional.empty()));
    }

    @Test
    void outlierDetectionMayBeNoneAndASorryPoolNamed() {
        assertThat(pool("calm").outlierDetection()).isEmpty();
        assertThat(pool("calm").sorry()).isEqualTo(new Sorry.Redirected("bare"));
    }

    @Test
    void answersCountOnlyWhereOutlierDetectionIsAskedFor() {
        assertThat(pool("bare").outlierDetection().orElseThrow().consecutiveErrors()).isZero();
        Pool asked = accepted("pools: {p: {outlierDetection: {baseEjection: 10m}}}").pools().get("p");
        OutlierDetection detection = Objects.requireNonNull(asked).outlierDetection().orElseThrow();
        assertThat(detection.consecutiveErrors()).isEqualTo(5);
        assertThat(detection.maxEjection()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void aZoneMayBeShifted() {
        assertThat(served.zones().get("zone-c")).isEqualTo(new Zone("zone-c", Optional.empty(), true));
    }

    @Test
    void everyTypeOfHealthCheckReachesTheModel() throws Exception {
        var any = StatusSet.of(List.of("2xx"));
        assertThat(check("{type: tcp, close: rst, source: 127.0.0.2, fastInterval: 100ms}"))
            .isEqualTo(HealthCheck.of(new Probe.Tcp(Probe.Tcp.Close.RST))
                .withSource(InetAddress.ofLiteral("127.0.0.2"))
                .withFastInterval(Duration.ofMillis(100)));
        assertThat(probe("{type: tls, tls: {verify: full, sni: shop.example, ca: /etc/weir/ca.pem}}"))
            .isEqualTo(new Probe.Tls(new TlsSettings(TlsSettings.Verify.FULL, Optional.of("shop.example"),
                    Optional.of(Path.of("/etc/weir/ca.pem")))));
        assertThat(probe("{type: https, method: GET, body: {contains: ok, not: true}, version: '1.0', keepAlive: true}"))
            .isEqualTo(new Probe.Http(Probe.Http.Method.GET, "/", Optional.empty(), any,
                    Optional.of(new BodyMatch(new BodyMatch.Test.Contains("ok"), true)), Probe.Http.Version.HTTP_1_0, true,
                    Optional.of(TlsSettings.DEFAULT)));
        assertThat(probe("{type: http, preset: nlb, body: {matches: 'o[kK]'}}"))
            .isEqualTo(new Probe.Http(Probe.Http.Method.GET, "/", Optional.empty(), any,
                    Optional.of(new BodyMatch(new BodyMatch.Test.Matches("o[kK]"), false)), Probe.Http.Version.HTTP_1_1, false,
                    Optional.empty()));
        assertThat(probe("{type: grpc}")).isEqualTo(new Probe.Grpc("", Optional.empty()));
        assertThat(probe("{type: udp, send: ping, expect: pong}"))
            .isEqualTo(new Probe.Udp(Optional.of(new Probe.Udp.Exchange("ping", "pong"))));
        assertThat(probe("{type: udp}")).isEqualTo(new Probe.Udp(Optional.empty()));
        assertThat(probe("{type: icmp}")).isEqualTo(new Probe.Icmp());
        assertThat(probe("{type: dns, name: shop.example, record: AAAA, rcodes: [NXDOMAIN]}"))
            .isEqualTo(new Probe.Dns("shop.example", Probe.Dns.RecordType.AAAA, Set.of(Probe.Dns.Rcode.NXDOMAIN)));
        assertThat(probe("{type: script, command: [/bin/check, -v]}")).isEqualTo(new Probe.Script(List.of("/bin/check", "-v")));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " | ", quoteCharacter = '\u0000', value = {
        "failover: {when: never} | 1:30: pools.p.failover.when: never, want none-healthy",
        "failover: {when: {below: 0%}} | 1:38: pools.p.failover.when.below: 0%, want 1%..100%",
        "failover: {pin: zone-a} | 1:29: pools.p.failover.pin: zone-a, want primary or backup",
        "panic: 101% | 1:20: pools.p.panic: 101%, want 0%..100%",
        "overprovisioning: 90% | 1:31: pools.p.overprovisioning: 90%, want 100%..1000%",
        "quorum: {minimumWeight: 5, hysteresis: 5} | 1:52: pools.p.quorum.hysteresis: 5, want less than minimumWeight, 5",
        "sorry: {}, sorryPool: q | 1:35: pools.p.sorryPool: sorry and sorryPool, want one of them",
        "sorryPool: p | 1:24: pools.p.sorryPool: itself, want another pool",
        "sorryPool: nowhere | 1:24: pools.p.sorryPool: nowhere, want the name of a pool",
        "outlierDetection: off | 1:31: pools.p.outlierDetection: off, want none",
        "outlierDetection: {baseEjection: 60s, maxEjection: 30s} | 1:64: pools.p.outlierDetection.maxEjection: 30s, "
                + "want baseEjection, 60s, or more",
        "outlierDetection: {successRate: {stdevFactor: 0}} | 1:59: pools.p.outlierDetection.successRate.stdevFactor: 0, want 0.1..10.0",
        "algorithm: maglev, slowStart: 30s | 1:43: pools.p.slowStart: maglev has no slow start, want slowStart only with algorithm "
                + "weighted-round-robin",
        "drain: {on: [lunch]} | 1:26: pools.p.drain.on[0]: lunch, want removal, failed-check or weight-zero",
        "healthCheck: {type: http, body: {contains: a}} | 1:45: pools.p.healthCheck.body: it with method HEAD, "
                + "want body only with method GET",
        "healthCheck: {type: http, method: GET, body: {contains: a, matches: b}} | 1:81: pools.p.healthCheck.body.matches: "
                + "contains and matches, want one of them",
        "healthCheck: {type: tcp, fastInterval: 2s} | 1:52: pools.p.healthCheck.fastInterval: 2s, want at most the interval, 1s",
        "healthCheck: {type: udp, send: ping} | 1:13: pools.p.healthCheck.expect: nothing, want send and expect, or neither",
        "healthCheck: {type: script, command: [check]} | 1:50: pools.p.healthCheck.command: check, want an absolute path first",
        "healthCheck: {type: tls, tls: {ca: /a}} | 1:48: pools.p.healthCheck.tls.ca: it without verify: full, want ca only with verify full"})
    void aMistakeIsToldWithItsPlace(String keys, String message) {
        TrafficResult result = Fixtures.judged(Documents.parsed("pools: {p: {" + keys + "}, q: {}}"));
        assertThat(((TrafficResult.Refused) result).problems()).extracting(Problem::message).containsExactly("weir.yaml:" + message);
    }

    @Test
    void aSorryPoolHasNoSorryPoolItself() {
        TrafficResult result = Fixtures.judged(Documents.parsed("pools: {a: {sorryPool: b}, b: {sorryPool: c}, c: {}}"));
        assertThat(((TrafficResult.Refused) result).problems()).extracting(Problem::message)
            .containsExactly("weir.yaml:1:24: pools.a.sorryPool: b, want a pool without a sorryPool");
    }

    private static Probe probe(String check) {
        return check(check).probe();
    }

    private static HealthCheck check(String check) {
        Pool pool = accepted("pools: {p: {healthCheck: " + check + "}}").pools().get("p");
        return Objects.requireNonNull(pool).healthCheck().orElseThrow();
    }

    private Pool pool(String name) {
        return Objects.requireNonNull(served.pools().get(name), name);
    }

    private static Configuration accepted(String text) {
        TrafficResult result = Fixtures.judged(Documents.parsed(text));
        assertThat(result).as("%s", result).isInstanceOf(TrafficResult.Accepted.class);
        return ((TrafficResult.Accepted) result).configuration();
    }
}
