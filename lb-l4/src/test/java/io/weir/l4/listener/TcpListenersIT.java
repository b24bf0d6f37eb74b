package io.weir.l4.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.weir.core.health.BackendState;
import io.weir.core.model.AccessList;
import io.weir.core.model.AdminState;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Backend;
import io.weir.core.model.Cidr;
import io.weir.core.model.Configuration;
import io.weir.core.model.ListenerLimits;
import io.weir.core.model.Pool;
import io.weir.core.model.ProxyProtocol;
import io.weir.core.model.Sorry;
import io.weir.core.model.Weight;
import io.weir.core.model.ZoneTiers;
import io.weir.net.CloseReason;
import io.weir.net.Transport;
import io.weir.testkit.FreePorts;
import io.weir.testkit.RecordingBackend;
import io.weir.testkit.Seeded;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Layer 4 from a client's socket to a backend's, on every transport. */
@ParameterizedClass
@EnumSource(Transport.class)
final class TcpListenersIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Transport transport;

    private final RecordingBackend one = RecordingBackend.echo("one");

    private final RecordingBackend two = RecordingBackend.echo("two");

    private Wiring wiring;

    TcpListenersIT(Transport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void wire() {
        assumeThat(transport.unavailable()).isEmpty();
        wiring = new Wiring(transport);
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
        if (wiring != null) {
            wiring.close();
        }
    }

    private static String exchange(Socket client, String words) throws IOException {
        client.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
        return new String(client.getInputStream().readNBytes(words.length()), StandardCharsets.US_ASCII);
    }

    private void exchangeOnNewConnection() throws IOException {
        try (Socket client = wiring.dial()) {
            assertThat(exchange(client, "hello")).isEqualTo("hello");
        }
    }

    private void awaitNoneOpen() {
        await().atMost(SOON).until(() -> wiring.status().open() == 0 && wiring.listeners.sessions().count() == 0);
    }

    private static void assertCut(Socket client) {
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
    }

    @Test
    void connectionsAreSpreadOverThePoolAndCounted() throws IOException {
        wiring.backend("one", one.address()).backend("two", two.address()).publish();
        for (int connection = 0; connection < 40; connection++) {
            exchangeOnNewConnection();
        }
        awaitNoneOpen();
        assertThat(one.accepted()).isBetween(16, 24);
        assertThat(one.accepted() + two.accepted()).isEqualTo(40);
        TcpListenerStatus status = wiring.status();
        assertThat(status.admitted()).isEqualTo(40);
        assertThat(status.bytesToBackends()).isEqualTo(200);
        assertThat(status.bytesToClients()).isEqualTo(200);
        assertThat(status.closedByReason()).containsEntry(CloseReason.COMPLETED, 40L);
        assertThat(wiring.evidence).isEmpty();
    }

    @Test
    void aDeadBackendCostsNoConnectionAndIsHandedInAsEvidence() throws IOException {
        wiring.backend("dead", FreePorts.nextAddress()).backend("two", two.address()).publish();
        for (int connection = 0; connection < 20; connection++) {
            exchangeOnNewConnection();
        }
        awaitNoneOpen();
        assertThat(two.accepted()).isEqualTo(20);
        assertThat(wiring.status().redispatched()).isBetween(8L, 12L);
        assertThat(wiring.evidence).hasSize((int) wiring.status().redispatched()).containsOnly("web/dead REFUSED");
    }

    @Test
    void aBackendThatHangsUpWithoutAnAnswerIsHandedInEachTimeAThresholdIsReached() throws IOException {
        try (var rude = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> resetAfterTheFirstByte(rude));
            wiring.backend("one", (InetSocketAddress) rude.getLocalSocketAddress()).publish();

            for (int connection = 0; connection < 20; connection++) {
                try (Socket client = wiring.dial()) {
                    assertThatThrownBy(() -> exchange(client, "x")).isInstanceOf(IOException.class);
                }
            }
        }

        awaitNoneOpen();
        assertThat(wiring.thresholds).as("of 20 over two loops, 5 in a row on a loop are told")
            .hasSizeBetween(3, 4)
            .allMatch(text -> text.equals("web/one RESET 5") || text.equals("web/one RESET 10") || text.equals("web/one RESET 15")
                    || text.equals("web/one RESET 20"));
        assertThat(wiring.evidence).isEmpty();
    }

    /** One that resets before it has read may do so while it is still being connected to. */
    private static void resetAfterTheFirstByte(ServerSocket rude) {
        try {
            while (true) {
                try (Socket connection = rude.accept()) {
                    int first = connection.getInputStream().read();
                    assertThat(first).isEqualTo('x');
                    connection.setSoLinger(true, 0);
                }
            }
        } catch (IOException closed) {
            assertThat(rude.isClosed()).isTrue();
        }
    }

    @Test
    void whenAllOfTheFirstTierRefuseTheSecondTierServes() throws IOException {
        wiring.zones = new ZoneTiers(List.of("a"), List.of("b"));
        wiring.backend("dead-1", FreePorts.nextAddress(), Optional.of("a"), OptionalInt.empty(), AdminState.ENABLED)
            .backend("dead-2", FreePorts.nextAddress(), Optional.of("a"), OptionalInt.empty(), AdminState.ENABLED)
            .backend("backup", two.address(), Optional.of("b"), OptionalInt.empty(), AdminState.ENABLED)
            .publish();
        exchangeOnNewConnection();
        assertThat(wiring.evidence).containsExactlyInAnyOrder("web/dead-1 REFUSED", "web/dead-2 REFUSED");
    }

    @Test
    void withNobodyToServeTheClientIsReset() throws IOException {
        wiring.backend("one", one.address()).state("one", BackendState.UNHEALTHY).publish();
        try (Socket client = wiring.dial()) {
            assertCut(client);
        }
        awaitNoneOpen();
        assertThat(wiring.status().closedByReason()).containsEntry(CloseReason.NO_BACKEND, 1L);
    }

    @Test
    void ejectionConfinesNoRedispatchAndCutsNobody() throws IOException {
        wiring.backend("dead", FreePorts.nextAddress()).backend("two", two.address()).publish();
        try (Socket open = wiring.dial()) {
            assertThat(exchange(open, "hello")).isEqualTo("hello");
            wiring.state("two", BackendState.EJECTED).publish();

            exchangeOnNewConnection();

            assertThat(exchange(open, "there")).isEqualTo("there");
        }
        assertThat(two.accepted()).isEqualTo(2);
    }

    @Test
    void withoutQuorumTheSorryPoolCarriesNewConnectionsUntilItIsRegained() throws IOException {
        wiring.other = Optional.of(Pool.builder("sorry")
            .proxyProtocol(ProxyProtocol.V1)
            .backends(List.of(new Backend("two", two.address(), Optional.empty(), Weight.DEFAULT, OptionalInt.empty(), AdminState.ENABLED)))
            .build());
        wiring.sorry = new Sorry.Redirected("sorry");
        wiring.backend("one", one.address()).publish();
        exchangeOnNewConnection();

        wiring.quorum = false;
        wiring.publish();
        try (Socket client = wiring.dial()) {
            assertThat(exchange(client, "PROXY TCP4 127.0.0.1")).as("the sorry pool's own settings hold").isEqualTo("PROXY TCP4 127.0.0.1");
        }
        assertThat(one.accepted()).isEqualTo(1);
        assertThat(two.accepted()).isEqualTo(1);

        wiring.quorum = true;
        wiring.publish();
        exchangeOnNewConnection();
        assertThat(one.accepted()).isEqualTo(2);
    }

    @Test
    void aSessionThatHasEndedIsLoggedAsItWas() throws IOException {
        wiring.backend("one", one.address()).publish();
        int port;
        try (Socket client = wiring.dial()) {
            port = client.getLocalPort();
            assertThat(exchange(client, "hello")).isEqualTo("hello");
        }

        awaitNoneOpen();
        await().atMost(SOON).until(() -> !wiring.ended.isEmpty());
        assertThat(wiring.ended).singleElement().satisfies(end -> {
            assertThat(end.reason()).isEqualTo(CloseReason.COMPLETED);
            assertThat(end.session().listener()).isEqualTo("edge");
            assertThat(end.session().client()).isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            assertThat(end.session().backend()).hasToString("Optional[web/one]");
            assertThat(end.session().address()).contains(one.address());
            assertThat(end.session().bytesToBackend()).isEqualTo(5);
            assertThat(end.session().bytesToClient()).isEqualTo(5);
            assertThat(end.session().age()).isPositive();
        });
    }

    @Test
    void aSorryPageIsAResetOverTcp() throws IOException {
        wiring.sorry = new Sorry.Page(503, "sorry", Duration.ZERO);
        wiring.quorum = false;
        wiring.backend("one", one.address()).publish();

        try (Socket client = wiring.dial()) {
            assertCut(client);
        }

        awaitNoneOpen();
        assertThat(wiring.status().closedByReason()).containsEntry(CloseReason.NO_BACKEND, 1L);
        assertThat(one.accepted()).isZero();
    }

    @Test
    void theListenersLimitRefusesAndFreesItsPlacesAgain() throws IOException {
        wiring.limits = new ListenerLimits(OptionalInt.of(2));
        wiring.backend("one", one.address()).publish();
        try (Socket first = wiring.dial();
                Socket second = wiring.dial()) {
            assertThat(exchange(first, "hello")).isEqualTo("hello");
            assertThat(exchange(second, "hello")).isEqualTo("hello");
            try (Socket third = wiring.dial()) {
                assertCut(third);
            }
            assertThat(wiring.status().refusedByReason()).containsEntry("max-connections", 1L);
        }
        awaitNoneOpen();
        exchangeOnNewConnection();
    }

    @Test
    void anAccessListKeepsClientsOutAndAChangeOfItLetsThemInWithoutARestart() throws IOException {
        wiring.accessLists = List.of(new AccessList("office", AccessList.Mode.ALLOW, List.of(Cidr.parse("10.0.0.0/8"))));
        wiring.backend("one", one.address()).publish();
        try (Socket kept = wiring.dial()) {
            assertCut(kept);
        }
        assertThat(wiring.status().refusedByReason()).containsEntry("access-list", 1L);

        wiring.accessLists = List.of(new AccessList("office", AccessList.Mode.ALLOW, List.of(Cidr.parse("127.0.0.0/8"))));
        wiring.publish();

        exchangeOnNewConnection();
    }

    @Test
    void anAccessListLooksAtTheClientThatATrustedProxyNames() throws IOException {
        wiring.proxyProtocolFrom = List.of(Cidr.parse("127.0.0.0/8"));
        wiring.accessLists = List.of(new AccessList("office", AccessList.Mode.ALLOW, List.of(Cidr.parse("192.0.2.0/24"))));
        wiring.backend("one", one.address()).publish();

        try (Socket taken = wiring.dial();
                Socket kept = wiring.dial()) {
            taken.getOutputStream().write("PROXY TCP4 192.0.2.7 192.0.2.1 40000 80\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(exchange(taken, "hello")).isEqualTo("hello");
            kept.getOutputStream().write("PROXY TCP4 198.51.100.7 192.0.2.1 40000 80\r\n".getBytes(StandardCharsets.US_ASCII));
            assertCut(kept);
        }

        awaitNoneOpen();
        assertThat(wiring.status().refusedByReason()).containsEntry("access-list", 1L);
        assertThat(wiring.status().closedByReason()).containsEntry(CloseReason.REFUSED, 1L);
    }

    @Test
    void oneSourceHasAsManyConnectionsAsItMayOverAllLoops() throws IOException {
        wiring.limits = new ListenerLimits(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(3));
        wiring.backend("one", one.address()).publish();
        List<Socket> clients = new ArrayList<>();
        for (int connection = 0; connection < 3; connection++) {
            Socket client = wiring.dial();
            clients.add(client);
            assertThat(exchange(client, "hello")).isEqualTo("hello");
        }
        try (Socket fourth = wiring.dial()) {
            assertCut(fourth);
        }
        assertThat(wiring.status().refusedByReason()).containsEntry("source-max-connections", 1L);
        for (Socket client : clients) {
            client.close();
        }
        awaitNoneOpen();
        exchangeOnNewConnection();
    }

    @Test
    void moreNewConnectionsThanMayComeInASecondAreReset() throws IOException {
        wiring.limits = new ListenerLimits(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(1), OptionalInt.empty());
        wiring.backend("one", one.address()).publish();

        exchangeOnNewConnection();
        try (Socket second = wiring.dial()) {
            assertCut(second);
        }

        assertThat(wiring.status().refusedByReason()).containsEntry("connections-per-second", 1L);
    }

    @Test
    void aListenersBandwidthHoldsInEachDirectionAndLosesNothing() throws Exception {
        int bytes = 1_000_000;
        wiring.limits = ListenerLimits.NONE.withBandwidth(8L * bytes);
        wiring.backend("one", one.address()).publish();
        byte[] sent = new byte[bytes];
        Seeded.generator(4711).nextBytes(sent);
        try (Socket client = wiring.dial();
                var writer = Executors.newVirtualThreadPerTaskExecutor()) {
            long start = System.nanoTime();
            var writing = writer.submit(() -> {
                client.getOutputStream().write(sent);
                return null;
            });
            assertThat(client.getInputStream().readNBytes(bytes)).isEqualTo(sent);
            writing.get();
            // A fifth of a second's worth may come at once, and what every loop receives at once.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(500), SOON);
        }
    }

    @Test
    void aFullListenerStaysShutUntilItHasEmptiedToItsLowMark() throws IOException {
        wiring.limits = new ListenerLimits(OptionalInt.of(3), OptionalInt.of(1), OptionalInt.empty(), OptionalInt.empty());
        wiring.backend("one", one.address()).publish();
        List<Socket> clients = new ArrayList<>();
        for (int connection = 0; connection < 3; connection++) {
            Socket client = wiring.dial();
            clients.add(client);
            assertThat(exchange(client, "hello")).isEqualTo("hello");
        }
        clients.removeFirst().close();
        await().atMost(SOON).until(() -> wiring.status().open() == 2);
        try (Socket refused = wiring.dial()) {
            assertCut(refused);
        }
        clients.removeFirst().close();
        await().atMost(SOON).until(() -> wiring.status().open() == 1);
        exchangeOnNewConnection();
        clients.removeFirst().close();
    }

    @Test
    void aBackendAtItsLimitIsPassedOver() throws IOException {
        wiring.backend("one", one.address(), Optional.empty(), OptionalInt.of(1), AdminState.ENABLED)
            .backend("two", two.address())
            .publish();
        List<Socket> clients = new ArrayList<>();
        for (int connection = 0; connection < 10; connection++) {
            Socket client = wiring.dial();
            clients.add(client);
            assertThat(exchange(client, "hello")).isEqualTo("hello");
        }
        assertThat(one.accepted()).isEqualTo(1);
        assertThat(two.accepted()).isEqualTo(9);
        for (Socket client : clients) {
            client.close();
        }
        awaitNoneOpen();
        assertThat(wiring.status().backendsAtLimit()).isPositive();
    }

    @Test
    void consistentHashingOfTheSourceKeepsAClientOnItsBackend() throws IOException {
        wiring.algorithm = new Algorithm.Maglev(Algorithm.HashKey.SOURCE);
        wiring.backend("one", one.address()).backend("two", two.address()).publish();
        for (int connection = 0; connection < 10; connection++) {
            exchangeOnNewConnection();
        }
        assertThat(List.of(one.accepted(), two.accepted())).containsExactlyInAnyOrder(0, 10);
    }

    @Test
    void consistentHashingOfTheTupleSpreadsAClientsConnections() throws IOException {
        wiring.algorithm = new Algorithm.Maglev(Algorithm.HashKey.TUPLE);
        wiring.backend("one", one.address()).backend("two", two.address()).publish();
        for (int connection = 0; connection < 40; connection++) {
            exchangeOnNewConnection();
        }
        assertThat(one.accepted()).isBetween(5, 35);
    }

    @Test
    void backendsGetTheProxyHeaderThatTheirPoolAsksFor() throws IOException {
        wiring.backend("one", one.address());
        wiring.proxyProtocol = ProxyProtocol.V1;
        wiring.publish();
        try (Socket client = wiring.dial()) {
            String header = "PROXY TCP4 127.0.0.1 127.0.0.1 " + client.getLocalPort() + " " + client.getPort() + "\r\n";
            client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(
                    client.getInputStream().readNBytes(header.length() + 5), StandardCharsets.US_ASCII))
                .isEqualTo(header + "hello");
        }
        wiring.proxyProtocol = ProxyProtocol.V2;
        wiring.publish();
        try (Socket client = wiring.dial()) {
            byte[] header = client.getInputStream().readNBytes(28);
            assertThat(header).startsWith(13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10, 0x21, 0x11, 0, 12);
        }
    }

    @Test
    void theClientThatATrustedSourceNamesIsTheClientForAllThatFollows() throws IOException {
        wiring.backend("one", one.address()).backend("two", two.address());
        wiring.algorithm = new Algorithm.Maglev(Algorithm.HashKey.SOURCE);
        wiring.proxyProtocolFrom = List.of(Cidr.parse("127.0.0.0/8"));
        wiring.proxyProtocol = ProxyProtocol.V1;
        wiring.publish();
        for (int number = 0; number < 40; number++) {
            String header = "PROXY TCP4 192.0.2." + number + " 198.51.100.9 4711 443\r\n";
            try (Socket client = wiring.dial()) {
                assertThat(exchange(client, header + "hello")).isEqualTo(header + "hello");
            }
        }
        assertThat(one.accepted()).as("hashed by the address in the header").isBetween(5, 35);
        try (Socket client = wiring.dial()) {
            client.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
            assertCut(client);
        }
        awaitNoneOpen();
        assertThat(wiring.status().closedByReason()).containsEntry(CloseReason.BAD_PREFACE, 1L);
    }

    @Test
    void othersThanTheTrustedSourcesArePlain() throws IOException {
        wiring.backend("one", one.address());
        wiring.proxyProtocolFrom = List.of(Cidr.parse("10.0.0.0/8"));
        wiring.publish();
        exchangeOnNewConnection();
    }

    @Test
    void aChangedConfigurationHoldsForTheNextConnectionAndLeavesOpenOnesAlone() throws IOException {
        wiring.backend("one", one.address()).publish();
        InetSocketAddress address = wiring.address();
        try (Socket client = wiring.dial()) {
            assertThat(exchange(client, "hello")).isEqualTo("hello");
            wiring.without("one").backend("two", two.address()).publish();
            assertThat(wiring.address()).isEqualTo(address);
            exchangeOnNewConnection();
            assertThat(two.accepted()).isEqualTo(1);
            assertThat(exchange(client, "again")).isEqualTo("again");
        }
    }

    @Test
    void aDisabledBackendIsCutAtOnceAndADrainedOneWhenItsTimeIsOver() throws IOException {
        wiring.drain = Duration.ofMillis(600);
        wiring.backend("one", one.address()).publish();
        try (Socket client = wiring.dial()) {
            assertThat(exchange(client, "hello")).isEqualTo("hello");
            wiring.backend("one", one.address(), Optional.empty(), OptionalInt.empty(), AdminState.DISABLED).publish();
            assertCut(client);
        }
        wiring.backend("one", one.address()).publish();
        try (Socket client = wiring.dial()) {
            assertThat(exchange(client, "hello")).isEqualTo("hello");
            long startNanos = System.nanoTime();
            wiring.backend("one", one.address(), Optional.empty(), OptionalInt.empty(), AdminState.DRAIN).publish();
            assertThat(exchange(client, "still here")).isEqualTo("still here");
            assertCut(client);
            assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isGreaterThan(Duration.ofMillis(500));
        }
        awaitNoneOpen();
        assertThat(wiring.status().closedByReason()).containsEntry(CloseReason.DRAINED, 2L);
    }

    @Test
    void aDrainThatWasTakenBackCutsNobody() throws IOException {
        wiring.drain = Duration.ofMillis(300);
        wiring.backend("one", one.address()).publish();
        try (Socket client = wiring.dial()) {
            assertThat(exchange(client, "hello")).isEqualTo("hello");
            wiring.backend("one", one.address(), Optional.empty(), OptionalInt.empty(), AdminState.DRAIN).publish();
            wiring.backend("one", one.address()).publish();
            await().during(Duration.ofMillis(800)).atMost(SOON).until(() -> wiring.status().open() == 1);
            assertThat(exchange(client, "again")).isEqualTo("again");
        }
    }

    @Test
    void aRemovedListenerClosesItsPortAndDrainsItsConnections() throws IOException {
        wiring.drain = Duration.ofMillis(400);
        wiring.backend("one", one.address()).publish();
        InetSocketAddress address = wiring.address();
        try (Socket client = wiring.dial()) {
            assertThat(exchange(client, "hello")).isEqualTo("hello");
            wiring.publish(Configuration.EMPTY);
            assertThat(wiring.listeners.statuses()).isEmpty();
            await().atMost(SOON).until(() -> refuses(address));
            assertCut(client);
        }
        await().atMost(SOON).until(() -> wiring.listeners.sessions().count() == 0);
    }

    private static boolean refuses(InetSocketAddress address) {
        try {
            new Socket(address.getAddress(), address.getPort()).close();
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    @Test
    void aListenerMovesToAnotherPortAndLeavesTheOldOne() throws IOException {
        wiring.backend("one", one.address()).publish();
        InetSocketAddress before = wiring.address();
        wiring.bind = FreePorts.nextAddress();
        wiring.publish();
        assertThat(wiring.address()).isEqualTo(wiring.bind);
        exchangeOnNewConnection();
        await().atMost(SOON).until(() -> refuses(before));
        wiring.enabled = false;
        wiring.publish();
        assertThat(wiring.listeners.statuses()).isEmpty();
    }

    @Test
    void anAddressThatIsTakenIsReportedOnceAndOpenedWhenItIsFree() throws IOException {
        wiring.backend("one", one.address());
        try (var taken = new ServerSocket(0, 1, one.address().getAddress())) {
            wiring.bind = (InetSocketAddress) taken.getLocalSocketAddress();
            wiring.publish();
            wiring.publish();
            assertThat(wiring.failures())
                .containsExactly(new ListenerFailure(
                        "edge", "127.0.0.1:" + taken.getLocalPort() + ": cannot listen: Address already in use"));
            assertThat(wiring.listeners.statuses()).isEmpty();
        }
        wiring.publish();
        exchangeOnNewConnection();
    }

    @Test
    void drainingWaitsForConnectionsAndCutsThemWhenTheTimeIsOver() throws Exception {
        wiring.backend("one", one.address()).publish();
        try (Socket client = wiring.dial();
                Socket stuck = wiring.dial()) {
            assertThat(exchange(client, "hello")).isEqualTo("hello");
            assertThat(exchange(stuck, "hello")).isEqualTo("hello");
            var drained = wiring.listeners.drain(Duration.ofMillis(700));
            assertThat(exchange(client, "last words")).isEqualTo("last words");
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(drained).isNotDone();
            assertThat(drained.get()).isEqualTo(1);
            assertCut(stuck);
        }
    }

    @Test
    void anOperatorCanEndConnectionsOfABackend() throws Exception {
        wiring.backend("one", one.address()).publish();
        try (Socket client = wiring.dial()) {
            assertThat(exchange(client, "hello")).isEqualTo("hello");
            int kicked = wiring.listeners
                .sessions()
                .cut(connection -> connection.listener().equals("edge"), CloseReason.KICKED)
                .get();
            assertThat(kicked).isEqualTo(1);
            assertCut(client);
        }
        awaitNoneOpen();
        assertThat(wiring.status().closedByReason()).containsEntry(CloseReason.KICKED, 1L);
    }
}
