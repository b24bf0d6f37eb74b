package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SupervisorIT {
    @TempDir
    private Path folder;

    @Test
    void theManagerIsToldInItsOwnWords() throws Exception {
        assumeThat(Transport.EPOLL.unavailable()).isEmpty();
        Path place = folder.resolve("notify");
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        try (EventLoops loops = EventLoops.start(Transport.EPOLL, 1)) {
            Channel supervisor = new Bootstrap().group(loops.admin().eventLoop())
                .channel(EpollDomainDatagramChannel.class)
                .handler(new Reader(told))
                .bind(new DomainSocketAddress(place.toFile()))
                .sync()
                .channel();
            var service = new Supervisor(place.toString());

            service.ready();
            service.mainProcess(4711, Duration.ofSeconds(10)); // the reader drops the barrier's descriptor, which ends the wait
            service.stopping();

            assertThat(next(told)).isEqualTo("READY=1\nMAINPID=" + ProcessHandle.current().pid());
            assertThat(next(told)).isEqualTo("MAINPID=4711");
            assertThat(next(told)).isEqualTo("BARRIER=1");
            assertThat(next(told)).isEqualTo("STOPPING=1");
            var _ = supervisor.close().sync();
        }
    }

    @Test
    void aManagerThatDoesNotReadIsNotWaitedForLongerThanAllowed() throws IOException {
        Path place = folder.resolve("notify");
        int silent = UnixCalls.socket(UnixCalls.SOCK_DGRAM);
        try {
            UnixCalls.bind(silent, place.toString());
            assertThatThrownBy(() -> new Supervisor(place.toString()).mainProcess(1, Duration.ofMillis(20)))
                .isInstanceOf(SocketTimeoutException.class);
        } finally {
            UnixCalls.close(silent);
        }
    }

    @Test
    void withoutAManagerNobodyIsTold() {
        assertThat(Supervisor.ofEnvironment()).isEmpty();
    }

    private static String next(BlockingQueue<String> told) throws InterruptedException {
        return String.valueOf(told.poll(10, TimeUnit.SECONDS));
    }

    private static final class Reader extends SimpleChannelInboundHandler<DomainDatagramPacket> {
        private final BlockingQueue<String> told;

        Reader(BlockingQueue<String> told) {
            this.told = told;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
            told.add(packet.content().toString(StandardCharsets.UTF_8));
        }
    }
}
