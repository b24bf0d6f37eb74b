package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.AccessList;
import io.weir.core.model.AdminState;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Backend;
import io.weir.core.model.Cidr;
import io.weir.core.model.Configuration;
import io.weir.core.model.Desync;
import io.weir.core.model.Draining;
import io.weir.core.model.Entrance;
import io.weir.core.model.Failover;
import io.weir.core.model.Forwarding;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.HttpLimits;
import io.weir.core.model.HttpTimeouts;
import io.weir.core.model.Listener;
import io.weir.core.model.ListenerLimits;
import io.weir.core.model.Locality;
import io.weir.core.model.Offload;
import io.weir.core.model.OutlierDetection;
import io.weir.core.model.PerSource;
import io.weir.core.model.Percent;
import io.weir.core.model.Pool;
import io.weir.core.model.Probe;
import io.weir.core.model.ProxyProtocol;
import io.weir.core.model.ProxyProtocol.Field;
import io.weir.core.model.ProxyProtocol.Version2;
import io.weir.core.model.Quorum;
import io.weir.core.model.Route;
import io.weir.core.model.Sorry;
import io.weir.core.model.StatusSet;
import io.weir.core.model.Weight;
import io.weir.core.model.Zone;
import io.weir.core.model.ZonePolicy;
import io.weir.core.model.ZoneTiers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TrafficFileTest {
    private final Configuration served = everything(Fixtures.text("served.yaml"));

    @Test
    void everyServedKeyReachesTheModelOfAPool() {
        assertThat(served.zones().values()).containsExactly(new Zone("zone-a", Optional.of("hangzhou"), false),
                new Zone("zone-b", Optional.of("hangzhou"), false), new Zone("zone-c", Optional.empty(), true));
        var web = HealthCheck
            .of(new Probe.Http(Probe.Http.Method.GET, "/healthz", Optional.of("shop.example"), StatusSet.of(List.of("2xx", "301"))))
            .withPort(8081)
            .every(Duration.ofSeconds(2), Duration.ofMillis(500))
            .withThresholds(4, 5)
            .withInitial(HealthCheck.Initial.HEALTHY);
        assertThat(served.pools().get("shop")).isEqualTo(Pool.builder("shop")
            .algorithm(new Algorithm.Maglev(Algorithm.HashKey.TUPLE, Optional.of(new Percent(150))))
            .zones(new ZonePolicy(new ZoneTiers(List.of("zone-a"), List.of("zone-b")), Failover.after(Duration.ofSeconds(5)), Locality.ANY,
                    Percent.NONE, ZonePolicy.DEFAULT_OVERPROVISIONING))
            .healthCheck(web)
            .connectTimeout(Duration.ofSeconds(2))
            .draining(Draining.after(Duration.ofSeconds(60)))
            .backends(List.of(
                    new Backend("i-01", address("10.0.1.1", 8080), Optional.of("zone-a"), new Weight(50), OptionalInt.of(500),
                            AdminState.DRAIN, OptionalInt.of(400)),
                    new Backend("i-02", address("2001:db8::2", 8080), Optional.of("zone-b"), Weight.DEFAULT, OptionalInt.empty(),
                            AdminState.ENABLED)))
            .build());
    }

    @Test
    void aPoolOfNothingHasTheDefaultsOfTheModelAndATcpCheck() {
        var check = new HealthCheck(new Probe.Tcp(), OptionalInt.empty(), Optional.empty(), Duration.ofSeconds(1), Duration.ofSeconds(1),
                Duration.ofSeconds(1), 3, 2, HealthCheck.Initial.CHECKING);
        assertThat(served.pools().get("bare")).isEqualTo(new Pool("bare", Algorithm.Plain.WEIGHTED_ROUND_ROBIN, ZonePolicy.DEFAULT,
                Optional.of(check), Optional.of(OutlierDetection.DEFAULT), Optional.empty(), Quorum.DEFAULT, Sorry.NONE,
                Duration.ofSeconds(5), Draining.after(Duration.ofSeconds(300)), Optional.empty(), ProxyProtocol.NONE, Optional.empty(),
                Map.of()));
        assertThat(pool(served, "tier").healthCheck()).isEmpty();
        assertThat(pool(served, "tier").proxyProtocol()).isEqualTo(
                new Version2(true, true, true, List.of(Field.ofText(0xea, "vpc-1"), new Field(0xe1, "01ff"))));
    }

    @Test
    void everyServedKeyReachesTheModelOfAListener() {
        assertThat(served.listeners().get("edge")).isEqualTo(
                new Listener.Tcp(Entrance.of("edge", address("0.0.0.0", 8180))
                    .withLimits(
                            new ListenerLimits(OptionalInt.of(1000), OptionalInt.of(900), OptionalInt.of(5000), OptionalInt.empty())
                                .withPerSource(new PerSource(20, 15))
                                .withBandwidth(1_000_000_000))
                    .withPorts(11)
                    .withIntercept(true)
                    .withProxyProtocolFrom(List.of(Cidr.parse("10.0.0.0/8")))
                    .withAccessLists(List.of("office")), "tier", Duration.ofSeconds(60), Offload.SPLICE, Forwarding.TRANSPARENT));
        assertThat(served.listeners().get("names")).isEqualTo(
                new Listener.Udp(Entrance.of("names", address("127.0.0.1", 8053))
                    .withPorts(2)
                    .withLimits(ListenerLimits.NONE.withBandwidth(10_000_000))
                    .withProxyProtocolFrom(List.of(Cidr.parse("10.0.0.0/8"))), "bare", Duration.ofSeconds(20), true));
        assertThat(served.listeners().get("web")).isEqualTo(new Listener.Http(
                Entrance.of("web", address("127.0.0.1", 8081))
                    .withEnabled(false)
                    .withLimits(new ListenerLimits(OptionalInt.of(10)))
                    .withProxyProtocolFrom(List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1")))
                    .withAccessLists(List.of("office", "noisy")),
                List.of(new Route("cart", List.of("shop.example", "*.shop.example"), new Route.PathMatch.Prefix("/cart"), "bare",
                        Optional.of(Duration.ofSeconds(3))),
                        new Route("one", List.of(), new Route.PathMatch.Exact("/one"), "shop", Optional.empty())),
                Optional.of("shop"),
                new HttpTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofMinutes(2), Duration.ofSeconds(45)),
                new HttpLimits(16 << 10, 4 << 10, 50, 1 << 20, 7, 9, 2 << 10), Desync.STRICTEST));
    }

    @Test
    void everyServedKeyReachesTheModelOfAnAccessList() {
        assertThat(served.accessLists().values()).containsExactly(
                new AccessList("office", AccessList.Mode.ALLOW, List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("2001:db8::/32"))),
                new AccessList("noisy", AccessList.Mode.DENY, List.of(Cidr.parse("10.9.9.9/32"))));
    }

    @Test
    void aListThatLetsNobodyInIsWarnedOf() {
        assertThat(accepted("accessLists: {a: {mode: allow, entries: []}, d: {mode: deny, entries: []}}").warnings())
            .extracting(Problem::message)
            .containsExactly("weir.yaml:1:15: accessLists.a: allows nobody, so its listeners refuse every client, want entries");
    }

    @Test
    void anHttpListenerWithoutLimitsHasThoseOfTheModel() {
        var listener = (Listener.Http) accepted("listeners: {w: {protocol: http, bind: ':80'}}").configuration().listeners().get("w");
        assertThat(listener).isEqualTo(new Listener.Http(Entrance.of("w", address("0.0.0.0", 80)), List.of(),
                Optional.empty(), HttpTimeouts.DEFAULT, HttpLimits.DEFAULT, Desync.DEFENSIVE));
    }

    @Test
    void aPresetGivesTheFiguresOfItsProduct() {
        assertThat(check("type: tcp, preset: clb")).isEqualTo("2s 5s 3 3");
        assertThat(check("type: http, preset: nlb")).isEqualTo("5s 5s 2 2");
        assertThat(check("type: http, preset: alb, healthy: 4")).isEqualTo("2s 5s 4 3");
        assertThat(check("type: tcp")).isEqualTo("1s 1s 3 2");
    }

    @Test
    void clbRaisesTheTimeoutOfAnHttpCheckToItsInterval() {
        assertThat(check("type: http, preset: clb, interval: 3s, timeout: 1s")).isEqualTo("3s 3s 3 3");
        assertThat(check("type: tcp, preset: clb, interval: 3s, timeout: 1s")).isEqualTo("3s 1s 3 3");
        assertThat(check("type: http, preset: alb, interval: 3s, timeout: 1s")).isEqualTo("3s 1s 3 3");
    }

    private static String check(String keys) {
        Configuration configuration = accepted("pools: {p: {healthCheck: {" + keys + "}}}").configuration();
        HealthCheck check = pool(configuration, "p").healthCheck().orElseThrow();
        return Units.text(check.interval()) + " " + Units.text(check.timeout()) + " " + check.healthy() + " " + check.unhealthy();
    }

    private static Pool pool(Configuration configuration, String name) {
        return Objects.requireNonNull(configuration.pools().get(name), name);
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    /** As if every key were served. */
    private static Configuration everything(String text) {
        TrafficResult result = Fixtures.judged(Documents.parsed(text));
        assertThat(result).as("%s", result).isInstanceOf(TrafficResult.Accepted.class);
        return ((TrafficResult.Accepted) result).configuration();
    }

    private static TrafficResult.Accepted accepted(String text) {
        TrafficResult result = TrafficFile.parse("weir.yaml", text);
        assertThat(result).as("%s", result).isInstanceOf(TrafficResult.Accepted.class);
        return (TrafficResult.Accepted) result;
    }
}
