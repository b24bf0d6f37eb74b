package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StalledLoopIT {
    private static final Duration IDLE = Duration.ofSeconds(2);

    /** As after a long pause of the whole process. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatCameWhileALoopStoodStillIsSeenBeforeItsTimeIsFoundToBeOver(Transport transport) throws Exception {
        assumeThat(transport.unavailable()).isEmpty();
        try (EventLoops loops = EventLoops.start(transport, 1);
                var backend = RecordingBackend.echo("echo")) {
            RecordingPolicy policy = RecordingPolicy.to(backend.address()).idle(IDLE);
            Listening listening = RelayListener.open(loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64, _ -> policy);
            try (Socket client = new Socket(listening.address().getAddress(), listening.address().getPort())) {
                client.setSoTimeout(30_000);
                assertEchoes(client);

                var still = new CountDownLatch(1);
                loops.traffic().getFirst().run(() -> standStill(still));
                still.await();
                assertEchoes(client);
            }
        }
    }

    private static void standStill(CountDownLatch still) {
        still.countDown();
        long untilNanos = System.nanoTime() + IDLE.plusSeconds(1).toNanos();
        for (long left = IDLE.toNanos(); left > 0; left = untilNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void assertEchoes(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
    }
}
