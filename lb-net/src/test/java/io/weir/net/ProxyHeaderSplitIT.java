package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of headers through sockets, each header cut at every byte, on every transport. */
@ParameterizedClass
@EnumSource(Transport.class)
final class ProxyHeaderSplitIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final Transport transport;

    private final RecordingBackend backend = RecordingBackend.echo("echo");

    /** How many bytes a preface was shown, each time that one was. */
    private final LinkedTransferQueue<Integer> shown = new LinkedTransferQueue<>();

    private final LinkedTransferQueue<InetSocketAddress> clients = new LinkedTransferQueue<>();

    private EventLoops loops;

    private Listening listening;

    ProxyHeaderSplitIT(Transport transport) {
        this.transport = transport;
    }

    /** A PROXY preface that tells what it was shown. */
    private record Watched(ProxyPreface preface, RelayConnection connection, ProxyHeaderSplitIT test) implements Preface {
        @Override
        public int maxBytes() {
            return preface.maxBytes();
        }

        @Override
        public Duration timeout() {
            return preface.timeout();
        }

        @Override
        public Result read(ByteBuffer received) {
            int bytes = received.remaining();
            Result result = preface.read(received);
            if (result instanceof Result.Done) {
                test.clients.add(connection.clientAddress());
            }
            test.shown.add(bytes);
            return result;
        }
    }

    @BeforeEach
    void listen() throws IOException {
        assumeThat(transport.unavailable()).isEmpty();
        loops = EventLoops.start(transport, 1);
        RecordingPolicy policy = RecordingPolicy.to(backend.address())
            .prefaces(List.of(connection -> new Watched(new ProxyPreface(connection), connection, this)));
        listening = RelayListener.open(loops, ANY_PORT, 1024, _ -> policy);
    }

    @AfterEach
    void stop() {
        backend.close();
        if (loops != null) {
            loops.close();
        }
    }

    /** A connection of which the relay has seen {@code cut} bytes of the header and no more, before the rest was sent. */
    private Socket sendInTwo(byte[] header, int cut) throws IOException, InterruptedException {
        shown.clear();
        clients.clear();
        var socket = new Socket(listening.address().getAddress(), listening.address().getPort());
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(header, 0, cut);
        for (Integer bytes = null; bytes == null || bytes < cut;) {
            bytes = shown.poll(10, TimeUnit.SECONDS);
            assertThat(bytes).as("bytes shown").isNotNull();
        }
        return socket;
    }

    @Test
    void aGoodHeaderIsTakenWhereverItIsCut() throws Exception {
        for (ProxyHeaderTable.Good good : ProxyHeaderTable.Good.values()) {
            byte[] header = good.header();
            for (int cut = 0; cut <= header.length; cut++) {
                try (Socket client = sendInTwo(header, cut)) {
                    client.getOutputStream()
                        .write(ByteBuffer.allocate(header.length - cut + 1)
                            .put(header, cut, header.length - cut)
                            .put((byte) 'x')
                            .array());
                    assertThat(client.getInputStream().read()).as("%s cut at %d", good, cut).isEqualTo('x');
                    assertThat(clients.poll()).isEqualTo(good.client((InetSocketAddress) client.getLocalSocketAddress()));
                }
            }
        }
    }

    @Test
    void aBadHeaderIsRefusedWhereverItIsCut() throws Exception {
        for (ProxyHeaderTable.Bad bad : ProxyHeaderTable.Bad.values()) {
            byte[] header = bad.header();
            for (int cut = 0; cut <= Math.min(header.length, 120); cut++) {
                try (Socket client = sendInTwo(header, cut)) {
                    client.getOutputStream().write(header, cut, header.length - cut);
                    assertThat(client.getInputStream().read()).as("%s cut at %d", bad, cut).isEqualTo(-1);
                } catch (IOException reset) {
                    // Refused.
                }
            }
        }
        assertThat(backend.accepted()).isZero();
    }
}
