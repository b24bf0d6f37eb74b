package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A loop that has too much on it takes nothing new and keeps what it has. */
final class SheddingIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @ParameterizedTest
    @EnumSource
    void newConnectionsAreResetAndOldOnesLiveOn(Transport transport) throws IOException {
        assumeThat(transport.unavailable()).isEmpty();
        try (EventLoops loops = EventLoops.start(transport, 1);
                var backend = RecordingBackend.echo("echo")) {
            RecordingPolicy policy = RecordingPolicy.to(backend.address());
            Listening listening = RelayListener.open(loops, ANY_PORT, 64, _ -> policy);
            LoopLoad load = loops.traffic().getFirst().load();
            try (Socket old = dial(listening)) {
                assertEchoes(old);

                load.shed(true);
                for (int i = 0; i < 3; i++) {
                    try (Socket fresh = dial(listening)) {
                        assertThatThrownBy(() -> fresh.getInputStream().read()).isInstanceOf(SocketException.class)
                            .hasMessageContaining("reset");
                    }
                }
                assertEchoes(old);
                assertThat(load.shedForMemory()).isEqualTo(3);
                assertThat(policy.sessions()).hasSize(1);

                load.shed(false);
                try (Socket fresh = dial(listening)) {
                    assertEchoes(fresh);
                }
            }
        }
    }

    private static Socket dial(Listening listening) throws IOException {
        var socket = new Socket(listening.address().getAddress(), listening.address().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void assertEchoes(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
    }
}
