package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ChannelListenerIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static EventLoops start(Transport transport) {
        assumeThat(transport.unavailable()).isEmpty();
        return EventLoops.start(transport, 2);
    }

    @ParameterizedTest
    @EnumSource
    void everyLoopAcceptsOnTheOnePortAndKeepsItsConnections(Transport transport) throws IOException {
        Set<Loop> accepting = ConcurrentHashMap.newKeySet();
        try (EventLoops loops = start(transport)) {
            Listening listener = ChannelListener.open(loops, ANY_PORT, 128, (loop, channel) -> {
                assertThat(loop.inLoop()).isTrue();
                accepting.add(loop);
                channel.pipeline().addLast(new Echo());
            });
            for (int connection = 0; connection < 64; connection++) {
                assertThat(echoed(listener.address(), "hello")).isEqualTo("hello");
            }
            assertThat(accepting).hasSize(2);

            listener.stopAccepting().join();
            assertThatThrownBy(() -> echoed(listener.address(), "hello")).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAddressThatIsInUseIsRefusedWithAddressAndCause(Transport transport) throws IOException {
        try (EventLoops loops = start(transport)) {
            Listening first = ChannelListener.open(loops, ANY_PORT, 128, (_, _) -> {});

            assertThatThrownBy(() -> ChannelListener.open(loops, first.address(), 128, (_, _) -> {}))
                .isInstanceOf(BindException.class)
                .hasMessage("127.0.0.1:" + first.address().getPort() + ": cannot listen: Address already in use");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSlowReaderGetsEveryByteInOrderAndThenTheEnd(Transport transport) throws IOException {
        byte[] sent = new byte[16 << 20];
        new Random(7).nextBytes(sent);
        try (EventLoops loops = start(transport)) {
            Listening listener = ChannelListener.open(loops, ANY_PORT, 128, (_, channel) -> channel.pipeline().addLast(new Sender(sent)));
            try (var socket = new Socket(listener.address().getAddress(), listener.address().getPort())) {
                byte[] received = new byte[sent.length];
                InputStream in = socket.getInputStream();
                for (int at = 0; at < received.length;) {
                    int count = in.read(received, at, Math.min(received.length - at, 1 + at % 50_000));
                    assertThat(count).isPositive();
                    at += count;
                }
                assertThat(received).isEqualTo(sent);
                assertThat(in.read()).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void readingThatIsTurnedOnFindsWhatCameBeforeAndTheEndBehindIt(Transport transport) throws Exception {
        var heard = new Heard();
        try (EventLoops loops = start(transport)) {
            Listening listener = ChannelListener.open(loops, ANY_PORT, 128, (_, channel) -> {
                channel.config().setAutoRead(false);
                channel.pipeline().addLast(heard);
            });
            try (var socket = new Socket(listener.address().getAddress(), listener.address().getPort())) {
                socket.getOutputStream().write(new byte[100_000]);
                socket.shutdownOutput();
                DuplexChannel channel = heard.active().get(30, TimeUnit.SECONDS);

                channel.config().setAutoRead(true);

                assertThat(heard.end().get(30, TimeUnit.SECONDS)).isEqualTo(100_000);
                assertThat(channel.isActive()).isTrue();
            }
        }
    }

    @Test
    void onEpollAResetClosesAConnectionThatDoesNotRead() throws Exception {
        var heard = new Heard();
        try (EventLoops loops = start(Transport.EPOLL)) {
            Listening listener = ChannelListener.open(loops, ANY_PORT, 128, (_, channel) -> {
                channel.config().setAutoRead(false);
                channel.pipeline().addLast(heard);
            });
            try (var socket = new Socket(listener.address().getAddress(), listener.address().getPort())) {
                socket.getOutputStream().write(new byte[1000]);
                socket.setSoLinger(true, 0);
            }
            DuplexChannel channel = heard.active().get(30, TimeUnit.SECONDS);
            assertThat(channel.closeFuture().await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(heard.bytes()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionKnowsBothItsAddressesAlsoBehindAWildcard(Transport transport) throws Exception {
        var taken = new CompletableFuture<DuplexChannel>();
        try (EventLoops loops = start(transport)) {
            Listening listener = ChannelListener.open(loops, new InetSocketAddress("0.0.0.0", 0), 128,
                    (_, channel) -> taken.complete(channel));
            try (var socket = new Socket(ANY_PORT.getAddress(), listener.address().getPort())) {
                DuplexChannel channel = taken.get(30, TimeUnit.SECONDS);
                assertThat(channel.remoteAddress()).isEqualTo(socket.getLocalSocketAddress());
                assertThat(channel.localAddress()).isEqualTo(socket.getRemoteSocketAddress());
            }
        }
    }

    private static String echoed(InetSocketAddress address, String text) throws IOException {
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream().write(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
        }
    }

    /** Sends in pieces of many sizes, from memory of both kinds, and ends its half behind them. */
    private static final class Sender extends ChannelInboundHandlerAdapter {
        private final byte[] bytes;

        Sender(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            var sizes = new Random(8);
            for (int at = 0; at < bytes.length;) {
                int count = Math.min(bytes.length - at, sizes.nextInt(200_000));
                ByteBuf part = sizes.nextBoolean() ? context.alloc().heapBuffer(count) : context.alloc().directBuffer(count);
                var _ = context.writeAndFlush(part.writeBytes(bytes, at, count));
                at += count;
            }
            var _ = context.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(_ -> {
                    var _ = ((DuplexChannel) context.channel()).shutdownOutput();
                });
        }
    }

    /** Counts what it is given until the end of the other's stream. */
    private static final class Heard extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<DuplexChannel> active = new CompletableFuture<>();

        private final AtomicInteger bytes = new AtomicInteger();

        private final CompletableFuture<Integer> end = new CompletableFuture<>();

        CompletableFuture<DuplexChannel> active() {
            return active;
        }

        int bytes() {
            return bytes.get();
        }

        CompletableFuture<Integer> end() {
            return end;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf part = (ByteBuf) message;
            bytes.addAndGet(part.readableBytes());
            part.release();
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            active.complete((DuplexChannel) context.channel());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable reset) {
            // The channel closes itself.
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                end.complete(bytes.get());
            }
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var _ = context.writeAndFlush((ByteBuf) message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            var _ = context.close();
        }
    }
}
