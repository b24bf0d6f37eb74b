package io.weir.daemon.explain;

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
import io.weir.daemon.explain.Explanation.MemberRow;
import io.weir.daemon.explain.Explanation.PoolStation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ExplainerTest {
    private static final String ZONES = "zones: {zone-a: {}, zone-b: {}}\n";
    private static final String TWO_TIERS = """
            zones: {primary: [zone-a], backup: [zone-b]}
                healthCheck: {type: tcp, healthy: 1, unhealthy: 1}
                backends:
                  a1: {address: "10.0.1.1:80", zone: zone-a}
                  a2: {address: "10.0.1.2:80", zone: zone-a, weight: 50}
                  b1: {address: "10.0.2.1:80", zone: zone-b}
            """;

    private final HealthBook book = new HealthBook();
    private final Map<String, Integer> connectionsByBackend = new HashMap<>();
    private Configuration configuration = Configuration.EMPTY;
    private Moment now = new Moment(0, Instant.parse("2026-01-01T00:00:00Z"));

    @Test
    void candidatesShareByWeightAndTheOtherTierIsSpare() {
        configure(TWO_TIERS);
        passAll("a1", "a2", "b1");
        PoolStation shop = explain("edge", client("10.9.9.9")).pools().getFirst();

        assertThat(shop.activeTier()).isEqualTo("primary");
        assertThat(shop.members()).extracting(MemberRow::name, MemberRow::role, MemberRow::share, MemberRow::why)
            .containsExactly(row("a1", "candidate", 66.7, "healthy"), row("a2", "candidate", 33.3, "healthy"),
                    row("b1", "spare", 0.0, "healthy, in the backup tier, while traffic goes to primary"));
        assertThat(explain("edge", client("10.9.9.9")).pick().why()).isEqualTo("one of 2 candidates, each by its share");
    }

    @Test
    void aClientThatAnAccessListKeepsOutIsTold() {
        configure(TWO_TIERS);
        assertThat(explain("edge", client("192.0.2.1")).notes()).contains("an access list of the listener keeps this client out");
        assertThat(explain("edge", client("10.9.9.9")).notes()).doesNotContain("an access list of the listener keeps this client out");
    }

    @Test
    void whoIsOutSaysWhy() {
        configure(TWO_TIERS.replace("weight: 50", "weight: 0"));
        passAll("a1", "b1");
        fail("a1");
        Explanation explanation = explain("edge", client("10.9.9.9"));
        PoolStation shop = explanation.pools().getFirst();

        assertThat(shop.activeTier()).isEqualTo("backup");
        assertThat(shop.tierCause()).isEqualTo("no primary member is usable");
        assertThat(shop.tierSince()).contains(now.at());
        assertThat(shop.members()).extracting(MemberRow::role, MemberRow::why)
            .containsExactly(row("excluded", "unhealthy since 2026-01-01T00:00:00Z: connect refused, 1 of 1 failed"),
                    row("excluded", "its weight is 0"), row("candidate", "healthy"));
        assertThat(explanation.pick().backend()).contains("b1");
        assertThat(explanation.pick().why()).isEqualTo("the only candidate");
    }

    @Test
    void aTierThatHoldsItselfDownSaysWhenTrafficReturns() {
        configure(TWO_TIERS);
        passAll("a1", "a2", "b1");
        fail("a1");
        fail("a2");
        now = now.plus(Duration.ofSeconds(10));
        passAll("a1");

        assertThat(explain("edge", client("10.9.9.9")).pools().getFirst().returnsAt()).contains(now.at().plusSeconds(30));
    }

    @Test
    void aHashOfTheSourcePicksOneForCertain() {
        configure("algorithm: maglev\n    " + TWO_TIERS);
        passAll("a1", "a2", "b1");
        Explanation first = explain("edge", client("10.9.9.9"));

        assertThat(first.pick().backend()).isPresent();
        assertThat(first.pools().getFirst().hash()).isPresent();
        assertThat(explain("edge", client("10.9.9.9")).pick()).isEqualTo(first.pick());
    }

    @Test
    void aHashOfTheTuplePicksNobodyUntilAllOfItIsKnown() {
        configure("algorithm: maglev\n    hashKey: tuple\n    " + TWO_TIERS);
        passAll("a1", "a2", "b1");
        InetAddress client = InetAddress.ofLiteral("10.9.9.9");
        var known = new Asked(client, OptionalInt.of(4000), Optional.of(new InetSocketAddress("10.0.0.1", 80)), "", "/");

        assertThat(explain("edge", client("10.9.9.9")).pick().backend()).isEmpty();
        assertThat(explain("edge", client("10.9.9.9")).notes()).hasSize(1);
        assertThat(explain("edge", known).pick().backend()).isPresent();
    }

    @Test
    void requestsGoByHostWithoutPortAndPathWithoutQuery() {
        configure(TWO_TIERS);

        assertThat(explain("web", request("SHOP.example:8080", "/cart/1?x=/y")).rule().route()).contains("cart");
        assertThat(explain("web", request("shop.example", "/carts")).rule().route()).isEmpty();
        assertThat(explain("web", request("shop.example", "/carts")).rule().why()).isEqualTo(
                "none of 1 routes matches, and the listener has no pool");
        assertThat(explain("web", request("shop.example", "/carts")).pick().status()).contains(404);
    }

    @Test
    void aPoolThatIsSorryShowsThePoolThatServesForIt() {
        configure(TWO_TIERS.replace("backends:", "sorryPool: spare\n    backends:"));
        fail("a1");
        fail("a2");
        fail("b1");
        Explanation explanation = explain("edge", client("10.9.9.9"));

        assertThat(explanation.pools()).extracting(PoolStation::pool, PoolStation::mode, PoolStation::modeCause)
            .containsExactly(row("shop", "sorry", "the quorum is lost"), row("spare", "normal", "enough members are usable"));
        assertThat(explanation.pick().backend()).contains("s1");
    }

    @Test
    void panicIgnoresHealthAndSaysSo() {
        configure("panic: 60%\n    " + TWO_TIERS);
        passAll("a1");
        fail("a2");
        PoolStation shop = explain("edge", client("10.9.9.9")).pools().getFirst();

        assertThat(shop.mode()).isEqualTo("panic");
        assertThat(shop.members().get(1).why()).isEqualTo("unhealthy (connect refused, 1 of 1 failed), but health is ignored in panic");
        assertThat(shop.members().get(1).share()).isEqualTo(33.3);
    }

    @Test
    void aMemberAtItsCapIsPassedOver() {
        configure(TWO_TIERS.replace("weight: 50", "maxConnections: 2"));
        passAll("a1", "a2", "b1");
        connectionsByBackend.put("a2", 2);

        assertThat(explain("edge", client("10.9.9.9")).pools().getFirst().members().get(1).why())
            .isEqualTo("healthy; at its maxConnections: passed over");
    }

    private void configure(String shop) {
        String text = "version: 1\n" + ZONES + "pools:\n  shop:\n    " + shop + """
                  spare: {healthCheck: none, backends: {s1: {address: "10.0.3.1:80"}}}
                accessLists: {strangers: {mode: deny, entries: [192.0.2.0/24]}}
                listeners:
                  edge: {protocol: tcp, bind: "0.0.0.0:80", pool: shop, accessList: strangers}
                  web:
                    protocol: http
                    bind: "0.0.0.0:81"
                    routes: [{name: cart, match: {host: [shop.example], path: {prefix: /cart}}, forward: [{pool: shop}]}]
                """;
        configuration = ((TrafficResult.Accepted) TrafficFile.parse("weir.yaml", text)).configuration();
        book.reconfigure(configuration, now);
    }

    private void passAll(String... backends) {
        for (String backend : backends) {
            book.onProbe(new BackendKey("shop", backend), new ProbeOutcome.Success(now.nanos(), Duration.ZERO), now);
        }
    }

    private void fail(String backend) {
        book.onProbe(new BackendKey("shop", backend), new ProbeOutcome.Failure(now.nanos(), ProbeOutcome.Cause.REFUSED), now);
    }

    private static Asked client(String address) {
        return new Asked(InetAddress.ofLiteral(address), OptionalInt.empty(), Optional.empty(), "", "/");
    }

    private static Asked request(String host, String path) {
        return new Asked(InetAddress.ofLiteral("10.9.9.9"), OptionalInt.empty(), Optional.empty(), host, path);
    }

    private Explanation explain(String listener, Asked asked) {
        Snapshot snapshot = new SnapshotBuilder(Optional.of("zone-a")).build(Snapshot.EMPTY, 1, configuration, book);
        return new Explainer(Optional.of("zone-a"), key -> connectionsByBackend.getOrDefault(key.backend(), 0))
            .explain(snapshot.listener(listener).orElseThrow(), asked);
    }

    private static org.assertj.core.groups.Tuple row(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }
}
