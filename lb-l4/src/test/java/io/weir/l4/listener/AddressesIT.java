package io.weir.l4.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weir.core.model.Forwarding;
import io.weir.core.model.ProxyProtocol;
import io.weir.net.Transparency;
import io.weir.net.Transport;
import io.weir.testkit.FreePorts;
import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which addresses and ports both ends see, on every transport. */
@ParameterizedClass
@EnumSource(Transport.class)
final class AddressesIT {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static final InetAddress LOOPBACK_6 = InetAddress.ofLiteral("::1");

    private final Transport transport;

    private Wiring wiring;

    AddressesIT(Transport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void wire() {
        assumeThat(transport.unavailable()).isEmpty();
        wiring = new Wiring(transport);
    }

    @AfterEach
    void close() {
        if (wiring != null) {
            wiring.close();
        }
    }

    private static Socket dial(InetAddress from, InetSocketAddress to) throws IOException {
        var socket = new Socket();
        socket.setSoTimeout(30_000);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(to);
        return socket;
    }

    /** The first of some ports in a row below those that the kernel chooses from. */
    private static InetSocketAddress freePorts(int count) {
        for (int first = ThreadLocalRandom.current().nextInt(10_000, 20_000);; first += count) {
            List<ServerSocket> bound = new ArrayList<>();
            try {
                for (int port = first; port < first + count; port++) {
                    bound.add(new ServerSocket(port, 1, null));
                }
                return new InetSocketAddress(LOOPBACK, first);
            } catch (IOException taken) {
                // the next ones
            } finally {
                for (ServerSocket socket : bound) {
                    close(socket);
                }
            }
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerSocket server(InetAddress address) throws IOException {
        return new ServerSocket(0, 16, address);
    }

    private static InetSocketAddress addressOf(ServerSocket server) {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private static boolean mayBeTransparent(Transport transport) {
        try {
            Transparency.check(transport, new InetSocketAddress(LOOPBACK, 0));
            return true;
        } catch (BindException refused) {
            return false;
        }
    }

    @Test
    void aTransparentListenerDialsFromTheClientsAddress() throws IOException {
        assumeThat(mayBeTransparent(transport)).isTrue();
        InetAddress client = InetAddress.ofLiteral("127.0.0.77");
        try (ServerSocket backend = server(LOOPBACK)) {
            wiring.forwarding = Forwarding.TRANSPARENT;
            wiring.backend("one", addressOf(backend)).publish();
            try (Socket dialled = dial(client, wiring.address());
                    Socket accepted = backend.accept()) {
                assertThat(accepted.getInetAddress()).isEqualTo(client);
                accepted.getOutputStream().write('x');
                assertThat(dialled.getInputStream().read()).isEqualTo('x');
            }
        }
    }

    @Test
    void aBackendOfTheOtherFamilyIsDialledFromAnAddressOfItsOwn() throws IOException {
        assumeThat(mayBeTransparent(transport)).isTrue();
        try (ServerSocket backend = server(LOOPBACK_6)) {
            wiring.forwarding = Forwarding.TRANSPARENT;
            wiring.backend("one", addressOf(backend)).publish();
            try (Socket _ = dial(LOOPBACK, wiring.address());
                    Socket accepted = backend.accept()) {
                assertThat(accepted.getInetAddress()).isEqualTo(LOOPBACK_6);
            }
        }
    }

    @Test
    void aTransportThatCannotIsRefusedWithTheReason() {
        assumeThat(transport).isEqualTo(Transport.NIO);
        wiring.forwarding = Forwarding.TRANSPARENT;
        wiring.backend("one", FreePorts.nextAddress()).publish();
        assertThat(wiring.failures()).singleElement()
            .satisfies(failure -> assertThat(failure.cause()).endsWith("transport nio cannot, want epoll or io_uring"));
    }

    @Test
    void aListenerWithARangeOfPortsListensAtEachAndAtNoOther() throws IOException {
        try (var backend = RecordingBackend.echo("one")) {
            wiring.bind = freePorts(3);
            wiring.ports = 3;
            wiring.backend("one", backend.address()).publish();
            for (int i = 0; i < 3; i++) {
                try (Socket client = dial(LOOPBACK, new InetSocketAddress(LOOPBACK, wiring.bind.getPort() + i))) {
                    client.getOutputStream().write(i);
                    assertThat(client.getInputStream().read()).isEqualTo(i);
                }
            }
            assertThat(wiring.status().admitted()).isEqualTo(3);
            wiring.enabled = false;
            wiring.publish();
            for (int i = 0; i < 3; i++) {
                var port = new InetSocketAddress(LOOPBACK, wiring.bind.getPort() + i);
                assertThatThrownBy(() -> dial(LOOPBACK, port)).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void aRangeWithATakenPortIsRefusedWhole() throws IOException {
        InetSocketAddress first = freePorts(2);
        try (var _ = new ServerSocket(first.getPort() + 1, 1, LOOPBACK)) {
            wiring.bind = first;
            wiring.ports = 2;
            wiring.backend("one", FreePorts.nextAddress()).publish();
            assertThat(wiring.failures()).hasSize(1);
            assertThatThrownBy(() -> dial(LOOPBACK, first)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aBackendWithoutAPortIsDialledAtTheOneThatTheClientChose() throws IOException {
        InetAddress elsewhere = InetAddress.ofLiteral("127.0.0.78");
        InetSocketAddress first = freePorts(2);
        try (var one = new ServerSocket(first.getPort(), 16, elsewhere);
                var two = new ServerSocket(first.getPort() + 1, 16, elsewhere)) {
            wiring.bind = first;
            wiring.ports = 2;
            wiring.backend("one", new InetSocketAddress(elsewhere, 0)).publish();
            for (ServerSocket server : new ServerSocket[] {two, one}) {
                try (Socket client = dial(LOOPBACK, new InetSocketAddress(LOOPBACK, server.getLocalPort()));
                        Socket accepted = server.accept()) {
                    accepted.getOutputStream().write('x');
                    assertThat(client.getInputStream().read()).isEqualTo('x');
                }
            }
        }
    }

    @Test
    void aClientOfOneFamilyReachesABackendOfTheOther() throws IOException {
        try (var four = RecordingBackend.echo("four"); ServerSocket six = server(LOOPBACK_6)) {
            wiring.bind = new InetSocketAddress(InetAddress.ofLiteral("::"), 0);
            wiring.proxyProtocol = ProxyProtocol.V1;
            wiring.backend("one", four.address()).publish();
            int port = wiring.address().getPort();
            try (Socket client = dial(LOOPBACK_6, new InetSocketAddress(LOOPBACK_6, port))) {
                String header = "PROXY TCP6 0:0:0:0:0:0:0:1 0:0:0:0:0:0:0:1 " + client.getLocalPort() + " " + port + "\r\n";
                assertThat(new String(client.getInputStream().readNBytes(header.length()), StandardCharsets.US_ASCII)).isEqualTo(header);
            }
            try (Socket client = dial(LOOPBACK, new InetSocketAddress(LOOPBACK, port))) {
                String header = "PROXY TCP4 127.0.0.1 127.0.0.1 " + client.getLocalPort() + " " + port + "\r\n";
                assertThat(new String(client.getInputStream().readNBytes(header.length()), StandardCharsets.US_ASCII)).isEqualTo(header);
            }

            wiring.proxyProtocol = ProxyProtocol.NONE;
            wiring.backend("one", addressOf(six)).publish();
            try (Socket client = dial(LOOPBACK, new InetSocketAddress(LOOPBACK, port));
                    Socket accepted = six.accept()) {
                accepted.getOutputStream().write('x');
                assertThat(client.getInputStream().read()).isEqualTo('x');
            }
        }
    }
}
