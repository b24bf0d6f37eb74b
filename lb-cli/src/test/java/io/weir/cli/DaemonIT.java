package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.testkit.FreePorts;
import io.weir.testkit.ManagedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every verb against a running daemon. */
class DaemonIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String TEN_MISTAKES = """
            version: 1
            colour: red
            zones: {zone-a: {planet: mars}}
            pools:
              shop:
                algorithm: fastest
                drain: forever
                healthCheck: {type: http, path: healthz, interval: 1ms}
                backends:
                  i-01: {address: "10.0.0.1:99999", zone: zone-x, weight: 400}
            listeners:
              web: {protocol: http, bind: ":8080", pool: nope}
            """;

    @TempDir
    Path folder;

    private ManagedProcess daemon;
    private final int port = FreePorts.next();

    @BeforeEach
    void startDaemon() throws Exception {
        Path node = Files.writeString(folder.resolve("node.yaml"), """
                name: lb-1
                zone: zone-a
                admin: {socket: "%s"}
                state: "%s"
                """.formatted(socket(), folder.resolve("state")));
        daemon = WeirProcess.daemon("serve", "--node", node.toString(), "--config", traffic("60s").toString());
        await().atMost(LIMIT).until(() -> Files.exists(socket()));
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    @Test
    void aBackendThatRegistersWithHeartbeatsLeavesWhenItIsToldToEnd() throws Exception {
        done("pool add scaled --set discover.registered.ttl=10s");
        String address = "127.0.0.1:" + port;
        try (var member = WeirProcess.start(List.of(), Map.of(), "backend", "register", "scaled", "i-09", "--address", address,
                "--heartbeat",
                "--socket", socket().toString())) {
            member.awaitLine(line -> line.equals("backend scaled/i-09 is registered, a heartbeat every 3333ms"), LIMIT);
            assertThat(weir("backend list scaled -o name").outLines()).containsExactly("i-09");
            assertThat(weir("backend list scaled").out()).contains("registered");
            member.signal("TERM");
            assertThat(member.awaitExit(LIMIT)).isZero();
        }
        assertThat(weir("backend list scaled -o name").out()).isBlank();
        assertThat(weir("backend deregister scaled i-09").exit()).isEqualTo(5);
        assertThat(weir("backend register scaled i-10 --address " + address).exit()).isZero();
        assertThat(weir("backend deregister scaled i-10 --wait 10s").outLines()).containsExactly("backend scaled/i-10 has left");
    }

    @Test
    void resourcesAreAddedSeenChangedAndRemoved() {
        done("pool add cart --algorithm maglev --health http:/healthz --primary zone-a --backup zone-b --drain 30s");
        done("backend add cart i-03 --address 10.0.1.3:8080 --zone zone-a --weight 50");
        done("listener add api --protocol http --bind 127.0.0.1:0 --pool cart --idle-timeout 20s --max-connections 100");
        done("route add api all --host shop.example --path / --pool shop");
        done("route add api cart --host shop.example --path /cart --pool cart --before all");

        assertThat(weir("route list api -o name").outLines()).containsExactly("cart", "all");
        assertThat(weir("route test api --host shop.example --path /cart/1").out()).containsPattern("route +cart\n")
            .containsPattern("pool +cart\n");
        assertThat(weir("route test api --host other --path /").out()).containsPattern("pool +cart\n");
        assertThat(weir("backend list cart").out()).containsPattern("cart +i-03 +10\\.0\\.1\\.3:8080 +zone-a +50 +(checking|unhealthy)");
        assertThat(weir("pool list").out()).containsPattern("cart +maglev ");
        assertThat(weir("listener list").out()).containsPattern("api +http +127\\.0\\.0\\.1:[1-9]\\d+ +cart +listening");
        assertThat(weir("listener show api").out()).containsPattern("limits\\.maxConnections +100\n");
        assertThat(weir("pool show cart -o yaml").out()).contains("drain: 30s");

        done("pool set cart --set healthCheck.interval=2s --unset drain");
        assertThat(weir("pool show cart -o json").out()).contains("\"interval\" : \"2s\"").doesNotContain("30s");
        done("listener set api --enabled false");
        assertThat(weir("listener list").out()).containsPattern("api .* closed");

        done("route remove api cart");
        done("listener remove api");
        done("backend remove cart i-03");
        done("pool remove cart");
        assertThat(weir("pool list -o name").outLines()).containsExactly("shop");
    }

    @Test
    void operatorsTakeBackendsOutAndIn() {
        done("backend drain shop i-01 --wait 20s");
        assertThat(state()).isEqualTo("drained");
        done("backend enable shop i-01 --wait 20s");
        assertThat(state()).isEqualTo("healthy");
        done("backend disable shop i-01");
        assertThat(state()).isEqualTo("disabled");
        done("backend set shop i-01 --weight 7");
        assertThat(weir("backend show shop i-01 -o json").out()).contains("\"weight\" : 7");
    }

    @Test
    void operatorsMoveTrafficBetweenZones() {
        done("pool add pair --primary zone-a --backup zone-b --health none --set failover.holdDown=0s");
        done("backend add pair a --address 10.0.1.1:80 --zone zone-a");
        done("backend add pair b --address 10.0.1.2:80 --zone zone-b");

        assertThat(weir("zone simulate --down zone-a").outLines()).contains("pool pair: tier primary, then backup, normal")
            .anyMatch(line -> line.matches("a +zone-a +100\\.0 +0\\.0 +0 +0 +-"))
            .anyMatch(line -> line.matches("b +zone-b +0\\.0 +100\\.0 +0 +0 +-"));
        done("pool add alone --health none");
        done("backend add alone c --address 10.0.1.3:80 --zone zone-a");
        assertThat(weir("zone simulate --down zone-a").outLines())
            .contains("pool alone: tier primary, then primary, normal, and nobody is left to serve");
        done("pool remove alone");
        done("zone failover pair");
        assertThat(weir("pool show pair").out()).containsPattern("failover\\.pin +backup\n");
        assertThat(weir("pool list").out()).containsPattern("pair +\\S+ +backup ");
        done("zone failback pair");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(weir("pool list").out()).containsPattern("pair +\\S+ +primary "));
        assertThat(weir("pool show pair").out()).doesNotContain("failover.pin");
        assertThat(weir("zone failback pair").exit()).isEqualTo(4);
        assertThat(weir("zone failover shop").exit()).isEqualTo(4);

        done("zone shift zone-b");
        assertThat(weir("zone list").out()).containsPattern("zone-a +- +false +2/2 +shop=100\\.0% pair=100\\.0%")
            .containsPattern("zone-b +- +true +0/1 +pair=0\\.0%");
        Ran refused = weir("zone shift zone-a");
        assertThat(refused.exit()).isEqualTo(4);
        assertThat(refused.err()).contains("zone 'zone-a' is the last that can carry pool 'shop'");
        done("zone unshift zone-b");
        assertThat(weir("config show").out()).doesNotContain("shifted");
        assertThat(weir("zone shift zone-x").exit()).isEqualTo(5);
    }

    @Test
    void accessListsAreMadeUsedChangedAndRemoved() {
        done("acl add office --mode allow --entries 127.0.0.0/8,::1");
        done("listener add api --protocol tcp --bind 127.0.0.1:0 --pool shop --access-list office");
        assertThat(weir("acl list").out()).containsPattern("office +allow +2 +api");
        done("acl set office --add 10.0.0.0/8 --remove ::1");
        assertThat(weir("acl show office -o yaml").out()).contains("- 127.0.0.0/8").contains("- 10.0.0.0/8").doesNotContain("::1");

        Ran refused = weir("acl set office --remove 10.0.0.0/8,127.0.0.0/8");
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("listener api would refuse every client");
        done("acl set office --remove 10.0.0.0/8,127.0.0.0/8 --force");
        done("acl set office --mode deny");
        assertThat(weir("acl set office --mode allow --add 10.0.0.0/8").exit()).isEqualTo(2);
        assertThat(weir("acl remove office").exit()).as("it is used").isEqualTo(2);
        done("listener remove api");
        done("acl remove office");
        assertThat(weir("acl list -o name").out()).isBlank();

        assertThat(weir("session list -o json").out().replaceAll("\\s", "")).isEqualTo("[]");
        assertThat(weir("session count -o name").out()).isBlank();
        assertThat(weir("session kick").exit()).isEqualTo(2);
        assertThat(weir("session kick --client 10.0.0.0/8").out()).isEqualTo("0 sessions ended\n");

        assertThat(weir("affinity list -o json").out().replaceAll("\\s", "")).isEqualTo("[]");
        assertThat(weir("affinity count -o name").out()).isBlank();
        assertThat(weir("affinity clear").exit()).isEqualTo(2);
        assertThat(weir("affinity clear --client 10.0.0.0/8").out()).isEqualTo("0 entries forgotten\n");
    }

    @Test
    void revisionsAreListedComparedAndRolledBack() throws IOException {
        done("apply -f " + traffic("90s"));

        assertThat(weir("config history -o name").outLines()).containsExactly("2", "1");
        assertThat(weir("config diff").outLines()).containsExactly("pools.shop.drain: 60s -> 90s");
        assertThat(weir("config diff 2 1").outLines()).containsExactly("pools.shop.drain: 90s -> 60s");
        assertThat(weir("config diff -f " + traffic("70s")).outLines()).containsExactly("pools.shop.drain: 90s -> 70s");
        assertThat(weir("apply --dry-run -f " + traffic("70s")).outLines()).startsWith("pools.shop.drain: 90s -> 70s");
        done("config rollback 1 --if-revision 2");
        assertThat(weir("config show").out()).contains("drain: 60s");
        assertThat(weir("config show -o name").out()).isEqualTo("3\n");
        assertThat(weir("events -o name").out()).isNotEmpty();
        assertThat(weir("events --since 1h").out()).contains("configuration.applied");
    }

    @Test
    void tenMistakesAreTenLinesAndNothingChanges() throws IOException {
        Path file = Files.writeString(folder.resolve("bad.yaml"), TEN_MISTAKES);

        Ran applied = weir("apply -f " + file);
        Ran validated = weir("config validate -f " + file);

        assertThat(applied.exit()).isEqualTo(2);
        List<String> errors = applied.errLines().stream().filter(line -> line.matches("bad\\.yaml:\\d+:\\d+: .+, want .+")).toList();
        assertThat(errors).hasSize(10).doesNotHaveDuplicates();
        assertThat(validated.errLines()).startsWith(errors.toArray(String[]::new));
        assertThat(weir("config history -o name").outLines()).containsExactly("1");
    }

    @Test
    void conflictsAndAbsencesHaveTheirExitCodes() {
        assertThat(weir("pool add shop").exit()).isEqualTo(4);
        assertThat(weir("pool remove shop").exit()).isEqualTo(4);
        assertThat(weir("backend set shop i-01 --weight 1 --if-revision 99").exit()).isEqualTo(4);
        assertThat(weir("pool show nope").exit()).isEqualTo(5);
        assertThat(weir("backend drain shop nope").exit()).isEqualTo(5);
        assertThat(weir("config rollback 99").exit()).isEqualTo(5);
        assertThat(weir("backend set shop i-01 --weight 101").exit()).isEqualTo(2);
        assertThat(weir("backend add shop dead --address 127.0.0.1:1 --zone zone-a --wait 300ms").exit()).isZero();
        assertThat(weir("status").out()).startsWith("node lb-1 in zone-a, ready, ").contains("pid " + daemon.pid());
    }

    @Test
    void sigtermDrainsAndEndsWithExitZero() throws Exception {
        daemon.signal("TERM");

        assertThat(daemon.awaitExit(LIMIT)).isZero();
        assertThat(weir("status").exit()).isEqualTo(3);
    }

    private void done(String words) {
        Ran ran = weir(words);
        assertThat(ran.err()).isEmpty();
        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).contains(": done, revision ");
    }

    private String state() {
        String row = weir("backend list shop").outLines().get(1);
        return row.split(" +", -1)[5];
    }

    private Ran weir(String words) {
        return Ran.weir(socket(), words.split(" "));
    }

    private Path socket() {
        return folder.resolve("admin.sock");
    }

    private Path traffic(String drain) throws IOException {
        return Files.writeString(folder.resolve("weir.yaml"), """
                version: 1
                zones: {zone-a: {}, zone-b: {}}
                pools:
                  shop:
                    drain: %s
                    healthCheck: none
                    backends: {i-01: {address: "10.0.0.1:80", zone: zone-a}}
                listeners:
                  web: {protocol: http, bind: "127.0.0.1:%d", pool: shop}
                """.formatted(drain, port));
    }
}
