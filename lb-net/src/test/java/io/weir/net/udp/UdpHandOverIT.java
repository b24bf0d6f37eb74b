package io.weir.net.udp;

import static io.weir.net.udp.DatagramBackend.ask;
import static io.weir.net.udp.DatagramBackend.client;
import static io.weir.net.udp.DatagramBackend.receive;
import static io.weir.net.udp.DatagramBackend.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.weir.net.EventLoops;
import io.weir.net.Inheritance;
import io.weir.net.ListeningSocket;
import io.weir.net.MessageSocket;
import io.weir.net.Transport;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** One relay in the place of another, with descriptors that went through a unix socket as between processes. */
@ParameterizedClass
@EnumSource(value = Transport.class, names = "NIO", mode = EnumSource.Mode.EXCLUDE)
class UdpHandOverIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final Transport transport;

    private final List<AutoCloseable> open = new ArrayList<>();

    private Path folder = Path.of("");

    private EventLoops loops;

    private UdpRelay relay;

    UdpHandOverIT(Transport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void start(@TempDir Path temporary) {
        assumeThat(transport.unavailable()).isEmpty();
        folder = temporary;
        loops = open(EventLoops.start(transport, 2));
        relay = new UdpRelay(loops);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T open(T each) {
        open.add(each);
        return each;
    }

    private DatagramSocket clientOf(UdpListening listening) throws IOException {
        return open(client(listening.address()));
    }

    /** Another descriptor of the same socket, as another process would get it. */
    private int passed(int descriptor) throws IOException {
        try (var listening = MessageSocket.listen(folder.resolve("pass"));
                var giver = MessageSocket.connect(folder.resolve("pass"));
                var taker = listening.accept()) {
            giver.send("it", OptionalInt.of(descriptor));
            return taker.receive().orElseThrow().descriptor().orElseThrow();
        }
    }

    /** A relay with so many loops that listens on the sockets of the first one, and waits for its flows. */
    private UdpRelay heir(int workers, UdpListening listening, FlowPolicy policy) throws IOException {
        var inheritance = new Inheritance();
        for (ListeningSocket socket : listening.sockets()) {
            inheritance.add("udp", new ListeningSocket(socket.kind(), socket.address(), socket.loop(), socket.name(),
                    passed(socket.descriptor())));
        }
        var heir = new UdpRelay(open(EventLoops.start(transport, workers, inheritance)));
        heir.awaitFlows();
        heir.open(List.of(listening.address()), _ -> policy);
        return heir;
    }

    private List<HandedPort> handed() throws IOException {
        List<HandedPort> handed = new ArrayList<>();
        for (HandedPort port : relay.handOver()) {
            handed.add(new HandedPort(port.loop(), port.inet6(), passed(port.descriptor()), port.flows()));
        }
        return handed;
    }

    @Test
    void flowsLiveOnWithTheirPortsWhateverTheNumberOfLoops() throws Exception {
        for (int workers : List.of(1, 2, 3)) {
            relay = new UdpRelay(loops);
            DatagramBackend a = open(DatagramBackend.named("a:"));
            DatagramBackend b = open(DatagramBackend.named("b:"));
            RecordingFlows before = new RecordingFlows(a.address(), b.address());
            RecordingFlows after = new RecordingFlows(a.address(), b.address());
            UdpListening listening = relay.open(List.of(ANY_PORT), _ -> before);
            List<DatagramSocket> clients = new ArrayList<>();
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                clients.add(clientOf(listening));
                answers.add(ask(clients.getLast(), "client " + i));
            }
            UdpRelay heir = heir(workers, listening, after);

            List<HandedPort> handed = handed();
            for (int i = 0; i < clients.size(); i++) {
                send(clients.get(i), ("client " + i).getBytes(StandardCharsets.US_ASCII));
            }
            relay.letGo();
            assertThat(heir.goOn(handed)).isZero();

            for (int i = 0; i < clients.size(); i++) {
                assertThat(new String(receive(clients.get(i)), StandardCharsets.US_ASCII)).isEqualTo(answers.get(i));
            }
            assertThat(after.flows).isEmpty();
            assertThat(after.resumed).hasSize(40).allMatch(HandedFlow::answered);
            assertThat(before.handedOver).hasValue(40);
            assertThat(before.ends).isEmpty();
            for (int i = 0; i < clients.size(); i++) {
                DatagramBackend its = answers.get(i).startsWith("a:") ? a : b;
                assertThat(ports(its, "client " + i)).hasSize(2).containsOnly(ports(its, "client " + i).getFirst());
            }
            assertThat(relay.openPorts()).isZero();
            listening.cut().join();
        }
    }

    private static List<Integer> ports(DatagramBackend backend, String text) {
        return backend.received().stream().filter(one -> one.text().equals(text)).map(DatagramBackend.Received::port).toList();
    }

    @Test
    void newFlowsKeepOffPortsWhereAnAnswerMayBeUnderWay() throws Exception {
        DatagramBackend a = open(DatagramBackend.named("a:"));
        DatagramBackend b = open(DatagramBackend.named("b:"));
        RecordingFlows policy = new RecordingFlows(a.address(), b.address());
        UdpListening listening = relay.open(List.of(ANY_PORT), _ -> policy);
        for (int i = 0; i < 8; i++) {
            ask(clientOf(listening), "1");
        }
        UdpRelay heir = heir(2, listening, policy);
        List<HandedPort> handed = handed();
        relay.letGo();
        heir.goOn(handed);

        for (int i = 0; i < 8; i++) {
            ask(clientOf(listening), "2");
        }

        assertThat(new HashSet<>(ports(a, "2"))).doesNotContainAnyElementsOf(ports(a, "1"));
        assertThat(new HashSet<>(ports(b, "2"))).doesNotContainAnyElementsOf(ports(b, "1"));
    }

    @Test
    void anAnswerThatWasUnderWayArrives() throws Exception {
        DatagramBackend late = open(DatagramBackend.named("a:")).silent();
        RecordingFlows policy = new RecordingFlows(late.address());
        UdpListening listening = relay.open(List.of(ANY_PORT), _ -> policy);
        DatagramSocket client = clientOf(listening);
        send(client, "hello".getBytes(StandardCharsets.US_ASCII));
        await().until(() -> late.received().size() == 1);
        UdpRelay heir = heir(2, listening, policy);

        List<HandedPort> handed = handed();
        late.send("late", late.received().getFirst().port());
        relay.letGo();
        heir.goOn(handed);

        assertThat(new String(receive(client), StandardCharsets.US_ASCII)).isEqualTo("late");
        assertThat(policy.answered).hasValue(1);
    }

    @Test
    void whatIsTakenBackGoesOnWithWhatHasCome() throws Exception {
        RecordingFlows policy = new RecordingFlows(open(DatagramBackend.named("a:")).address());
        UdpListening listening = relay.open(List.of(ANY_PORT), _ -> policy);
        DatagramSocket client = clientOf(listening);
        ask(client, "1");

        relay.handOver();
        send(client, "2".getBytes(StandardCharsets.US_ASCII));
        relay.goOn(List.of());

        assertThat(new String(receive(client), StandardCharsets.US_ASCII)).isEqualTo("a:2");
        assertThat(ask(clientOf(listening), "3")).isEqualTo("a:3");
    }

    @Test
    void aFlowThatIsNotWantedBeginsAnew() throws Exception {
        DatagramBackend backend = open(DatagramBackend.named("a:"));
        RecordingFlows before = new RecordingFlows(backend.address());
        RecordingFlows after = new RecordingFlows(backend.address());
        UdpListening listening = relay.open(List.of(ANY_PORT), _ -> before);
        DatagramSocket client = clientOf(listening);
        ask(client, "1");
        UdpRelay heir = heir(2, listening, after);
        List<HandedPort> handed = handed();
        relay.letGo();

        after.admits = false;
        assertThat(heir.goOn(handed)).isEqualTo(1);
        after.admits = true;

        assertThat(ask(client, "2")).isEqualTo("a:2");
        assertThat(after.flows).hasSize(1);
    }
}
