package io.weir.net.udp;

import static io.weir.net.udp.DatagramBackend.ask;
import static io.weir.net.udp.DatagramBackend.client;
import static io.weir.net.udp.DatagramBackend.receive;
import static io.weir.net.udp.DatagramBackend.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.model.ProxyProtocol;
import io.weir.core.telemetry.LoopCounter;
import io.weir.net.CloseReason;
import io.weir.net.EventLoops;
import io.weir.net.ProxyHeader;
import io.weir.net.ProxyHeader.Carried;
import io.weir.net.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Datagrams through real sockets, the same on every transport. */
@ParameterizedClass
@EnumSource(Transport.class)
class UdpRelayIT {
    private final Transport transport;

    private EventLoops loops;

    private UdpRelay relay;

    private final List<AutoCloseable> open = new ArrayList<>();

    UdpRelayIT(Transport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void start() {
        assumeThat(transport.unavailable()).isEmpty();
        loops = EventLoops.start(transport, 2);
        relay = new UdpRelay(loops);
    }

    /** What only the kernel's own calls tell. */
    private void assumeBelowChannels() {
        assumeThat(transport).isNotEqualTo(Transport.NIO);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        loops.close();
    }

    private DatagramBackend backend(String name) throws IOException {
        DatagramBackend backend = DatagramBackend.named(name);
        open.add(backend);
        return backend;
    }

    private DatagramSocket clientOf(UdpListening listening) throws IOException {
        DatagramSocket client = client(listening.address());
        open.add(client);
        return client;
    }

    private UdpListening listen(RecordingFlows policy) throws BindException {
        return listen("127.0.0.1", policy);
    }

    private UdpListening listen(String host, RecordingFlows policy) throws BindException {
        return relay.open(List.of(new InetSocketAddress(host, 0)), _ -> policy);
    }

    private static long sum(UdpListening listening, Function<UdpCounters, LoopCounter> which) {
        return listening.counters().stream().map(which).mapToLong(LoopCounter::get).sum();
    }

    @Test
    void anOverloadedLoopBeginsNoFlowAndKeepsThoseThatItHas() throws IOException {
        UdpListening listening = listen(new RecordingFlows(backend("a:").address()));
        DatagramSocket old = clientOf(listening);
        assertThat(ask(old, "hello")).isEqualTo("a:hello");

        loops.traffic().forEach(loop -> loop.load().shed(true));
        send(clientOf(listening), new byte[] {1});
        await().until(() -> sum(listening, counters -> counters.drops(Drop.OVERLOADED)) == 1);
        assertThat(ask(old, "still")).isEqualTo("a:still");
        assertThat(loops.traffic().stream().mapToLong(loop -> loop.load().shedForMemory()).sum()).isEqualTo(1);

        loops.traffic().forEach(loop -> loop.load().shed(false));
        assertThat(ask(clientOf(listening), "again")).isEqualTo("a:again");
    }

    /** An address where nobody listens. */
    private static InetSocketAddress deadPort() throws IOException {
        try (var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    @Test
    void anAnswerComesBackFromTheAddressThatWasAsked() throws IOException {
        UdpListening listening = listen(new RecordingFlows(backend("a:").address()));

        assertThat(ask(clientOf(listening), "hello")).isEqualTo("a:hello");
        assertThat(sum(listening, UdpCounters::datagramsToBackends)).isEqualTo(1);
        assertThat(sum(listening, counters -> counters.traffic().bytesToClients())).isEqualTo(7);
    }

    @Test
    void whoMustSendAHeaderSpeaksForManyClients() throws IOException {
        RecordingFlows policy = new RecordingFlows(backend("a:").address(), backend("b:").address());
        policy.readsHeaders = true;
        UdpListening listening = listen(policy);
        DatagramSocket speaker = clientOf(listening);
        var one = new InetSocketAddress("192.0.2.1", 1111);
        var other = new InetSocketAddress("192.0.2.2", 2222);

        for (int i = 0; i < 3; i++) {
            assertThat(askFor(one, speaker, "1")).isEqualTo("a:1");
            assertThat(askFor(other, speaker, "22")).isEqualTo("b:22");
        }
        assertThat(ask(speaker, new String(ProxyHeader.local(ProxyProtocol.V2), StandardCharsets.ISO_8859_1) + "me")).isEqualTo("a:me");

        assertThat(policy.flows).extracting(RecordingFlows.Flow::client)
            .containsExactly(one, other, (InetSocketAddress) speaker.getLocalSocketAddress());
        assertThat(policy.flows).extracting(RecordingFlows.Flow::firstBytes).containsExactly(1, 2, 2);
        send(speaker, new byte[20]);
        await().untilAsserted(() -> assertThat(sum(listening, counters -> counters.drops(Drop.BAD_PREFACE))).isEqualTo(1));
    }

    private static String askFor(InetSocketAddress client, DatagramSocket speaker, String question) throws IOException {
        byte[] header = ProxyHeader.of(ProxyProtocol.V2, Carried.DATAGRAM, client, new InetSocketAddress("192.0.2.9", 53));
        return ask(speaker, new String(header, StandardCharsets.ISO_8859_1) + question);
    }

    @Test
    void aClientKeepsItsBackend() throws IOException {
        UdpListening listening = listen(new RecordingFlows(backend("a:").address(), backend("b:").address()));
        DatagramSocket one = clientOf(listening);
        DatagramSocket other = clientOf(listening);

        for (int i = 0; i < 10; i++) {
            assertThat(ask(one, "1")).isEqualTo("a:1");
            assertThat(ask(other, "2")).isEqualTo("b:2");
        }
    }

    @Test
    void clientsOfOneBackendHaveEachAPortOfTheirOwnAndThoseOfDifferentBackendsShareOne() throws IOException {
        DatagramBackend a = backend("a:");
        DatagramBackend b = backend("b:");
        loops.close();
        loops = EventLoops.start(transport, 1);
        relay = new UdpRelay(loops);
        UdpListening listening = listen(new RecordingFlows(a.address(), b.address()));

        for (int i = 0; i < 40; i++) {
            assertThat(ask(clientOf(listening), "" + i)).endsWith(":" + i);
        }

        Set<Integer> portsOfA = ports(a);
        Set<Integer> portsOfB = ports(b);
        assertThat(portsOfA).hasSize(20).isEqualTo(portsOfB);
        assertThat(relay.openPorts()).isEqualTo(20);
    }

    private static Set<Integer> ports(DatagramBackend backend) {
        Set<Integer> ports = new HashSet<>();
        backend.received().forEach(received -> ports.add(received.port()));
        return ports;
    }

    @Test
    void burstsOfDatagramsOfAllSizesArriveWholeAndInOrder() throws IOException {
        UdpListening listening = listen(new RecordingFlows(backend("").address()));
        DatagramSocket client = clientOf(listening);
        var random = new SplittableRandom(7);

        for (int burst = 0; burst < 60; burst++) {
            List<byte[]> sent = new ArrayList<>();
            int size = random.nextInt(1_500);
            // No more than the default receive buffer of a socket takes, with the kernel's own overhead.
            for (int bytes = 0; sent.size() < 32 && bytes < 40_000; bytes += size) {
                size = random.nextInt(4) == 0 ? random.nextInt(random.nextBoolean() ? 200 : 20_000) : size;
                byte[] datagram = new byte[size + 1]; // a connected socket of the JDK sends no empty ones
                random.nextBytes(datagram);
                sent.add(datagram);
                send(client, datagram);
            }
            for (byte[] datagram : sent) {
                assertThat(receive(client)).isEqualTo(datagram);
            }
        }
    }

    @Test
    void anEmptyDatagramIsOneToo() throws IOException {
        assumeBelowChannels(); // Netty's nio channels send no empty ones
        DatagramBackend a = backend("a:");
        UdpListening listening = listen(new RecordingFlows(a.address()));
        var client = new DatagramSocket();
        open.add(client);
        client.setSoTimeout(30_000);

        client.send(new DatagramPacket(new byte[0], 0, listening.address()));

        assertThat(receive(client)).isEqualTo(new byte[] {'a', ':'});
    }

    @Test
    void aHeaderGoesInFrontOfEachDatagram() throws IOException {
        var policy = new RecordingFlows(backend("").address());
        policy.header = new byte[] {'H', ':'};
        DatagramSocket client = clientOf(listen(policy));

        for (int i = 0; i < 20; i++) {
            send(client, new byte[] {'x', (byte) ('a' + i)});
        }

        for (int i = 0; i < 20; i++) {
            assertThat(receive(client)).isEqualTo(new byte[] {'H', ':', 'x', (byte) ('a' + i)});
        }
    }

    @Test
    void aDatagramThatCameBackGoesToAnotherBackendAtOnce() throws IOException {
        assumeBelowChannels();
        var policy = new RecordingFlows(deadPort(), backend("b:").address());
        DatagramSocket client = clientOf(listen(policy));

        assertThat(ask(client, "lost?")).isEqualTo("b:lost?");
        assertThat(ask(client, "again")).isEqualTo("b:again");
        assertThat(policy.failures).containsExactly(ConnectFailure.REFUSED);
    }

    @Test
    void aFlowEndsWhenNoBackendListens() throws IOException {
        assumeBelowChannels();
        var policy = new RecordingFlows(deadPort(), deadPort());
        UdpListening listening = listen(policy);

        send(clientOf(listening), new byte[5]);

        await().untilAsserted(() -> assertThat(policy.ends).containsExactly(CloseReason.BACKEND_RESET));
        assertThat(policy.failures).containsExactly(ConnectFailure.REFUSED, ConnectFailure.REFUSED);
        assertThat(sum(listening, counters -> counters.drops(Drop.CAME_BACK))).isEqualTo(1);
    }

    @Test
    void aFlowWithoutBackendDropsItsDatagram() throws IOException {
        var policy = new RecordingFlows();
        UdpListening listening = listen(policy);

        send(clientOf(listening), new byte[5]);

        await().untilAsserted(() -> assertThat(policy.ends).containsExactly(CloseReason.NO_BACKEND));
        assertThat(sum(listening, counters -> counters.drops(Drop.NO_BACKEND))).isEqualTo(1);
    }

    @Test
    void aSilentFlowEndsWhenItsTimeIsOver() throws IOException {
        var policy = new RecordingFlows(backend("a:").address());
        policy.terms = new FlowTerms(Duration.ofMillis(300), false);
        UdpListening listening = listen(policy);

        assertThat(ask(clientOf(listening), "x")).isEqualTo("a:x");

        await().untilAsserted(() -> assertThat(policy.ends).containsExactly(CloseReason.IDLE));
        assertThat(sum(listening, UdpCounters::flows)).isZero();
    }

    @Test
    void aOneShotFlowEndsWithItsAnswer() throws IOException {
        var policy = new RecordingFlows(backend("a:").address(), backend("b:").address());
        policy.terms = new FlowTerms(Duration.ofMinutes(5), true);
        DatagramSocket client = clientOf(listen(policy));

        assertThat(ask(client, "1")).isEqualTo("a:1");
        await().untilAsserted(() -> assertThat(policy.ends).containsExactly(CloseReason.COMPLETED));
        assertThat(ask(client, "2")).isEqualTo("b:2");
    }

    @Test
    void aLateAnswerGoesToNobodyElse() throws IOException {
        DatagramBackend slow = backend("slow:").silent();
        var policy = new RecordingFlows(slow.address());
        UdpListening listening = listen(policy);
        send(clientOf(listening), new byte[] {'q'});
        await().untilAsserted(() -> assertThat(slow.received()).hasSize(1));
        int port = slow.received().getFirst().port();

        listening.cut().join();
        UdpListening next = listen(policy);
        DatagramSocket other = clientOf(next);
        send(other, new byte[] {'r'});
        await().untilAsserted(() -> assertThat(slow.received()).hasSize(2));
        slow.send("late", port);

        await().untilAsserted(() -> assertThat(relay.strangers()).isEqualTo(1));
        assertThat(slow.received().getLast().port()).isNotEqualTo(port);
    }

    @Test
    void aStrangerWhoSendsToAPortIsNotHeard() throws IOException {
        DatagramBackend a = backend("a:");
        DatagramSocket client = clientOf(listen(new RecordingFlows(a.address())));
        assertThat(ask(client, "x")).isEqualTo("a:x");

        backend("mallory:").send("evil", a.received().getFirst().port());

        await().untilAsserted(() -> assertThat(relay.strangers()).isEqualTo(1));
        client.setSoTimeout(100);
        assertThatThrownBy(() -> receive(client)).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void aListenerOnAllAddressesAnswersFromTheOneThatWasAsked() throws IOException {
        assumeBelowChannels();
        var policy = new RecordingFlows(backend("a:").address());
        UdpListening listening = listen("0.0.0.0", policy);
        var asked = new InetSocketAddress("127.0.0.2", listening.address().getPort());
        DatagramSocket client = client(asked);
        open.add(client);

        assertThat(ask(client, "x")).isEqualTo("a:x");
        assertThat(policy.flows.element().asked()).isEqualTo(asked);
    }

    @Test
    void aListenerOfBothFamiliesServesBoth() throws IOException {
        assumeBelowChannels();
        var policy = new RecordingFlows(backend("a:").address());
        UdpListening listening = listen("::", policy);
        for (String host : List.of("::1", "127.0.0.3")) {
            var asked = new InetSocketAddress(host, listening.address().getPort());
            DatagramSocket client = client(asked);
            open.add(client);

            assertThat(ask(client, "x")).isEqualTo("a:x");
            assertThat(List.copyOf(policy.flows).getLast().asked()).isEqualTo(asked);
            assertThat(List.copyOf(policy.flows).getLast().client().getAddress()).isEqualTo(client.getLocalAddress());
        }
    }

    @Test
    void aBackendOfTheOtherFamilyIsReached() throws IOException {
        DatagramBackend six = DatagramBackend.on("six:", InetAddress.ofLiteral("::1"));
        open.add(six);

        assertThat(ask(clientOf(listen(new RecordingFlows(six.address()))), "x")).isEqualTo("six:x");
    }

    @Test
    void whileItClosesOldFlowsGoOnAndNewOnesDoNotBegin() throws IOException {
        var policy = new RecordingFlows(backend("a:").address());
        UdpListening listening = listen(policy);
        DatagramSocket old = clientOf(listening);
        assertThat(ask(old, "1")).isEqualTo("a:1");

        listening.stopAdmitting().join();
        DatagramSocket late = clientOf(listening);

        await().untilAsserted(() -> {
            send(late, new byte[1]); // again, since one may meet the socket of a loop without flows while that is closed
            assertThat(sum(listening, counters -> counters.drops(Drop.CLOSING))).isPositive();
        });
        assertThat(ask(old, "2")).isEqualTo("a:2");
        listening.cut().join();
        assertThat(policy.ends).containsExactly(CloseReason.DRAINED);
        try (var next = UdpPortReservation.of(listening.address())) {
            assertThat(next.address()).isEqualTo(listening.address());
        }
    }

    @Test
    void aRefusedFlowIsDroppedAndCounted() throws IOException {
        var policy = new RecordingFlows(backend("a:").address());
        policy.admits = false;
        UdpListening listening = listen(policy);

        send(clientOf(listening), new byte[1]);

        await().untilAsserted(() -> assertThat(sum(listening, counters -> counters.drops(Drop.REFUSED))).isEqualTo(1));
    }

    @Test
    void anAddressThatSomebodyElseHasIsRefused() throws IOException {
        DatagramBackend taken = backend("");

        assertThatThrownBy(() -> relay.open(List.of(taken.address()), _ -> new RecordingFlows())).isInstanceOf(BindException.class)
            .hasMessageContaining("127.0.0.1:" + taken.address().getPort() + "/udp: cannot listen: Address already in use");
    }
}
