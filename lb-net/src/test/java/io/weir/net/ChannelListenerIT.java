package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
            ChannelListener listener = ChannelListener.open(loops, ANY_PORT, 128, (loop, channel) -> {
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
            ChannelListener first = ChannelListener.open(loops, ANY_PORT, 128, (_, _) -> {});

            assertThatThrownBy(() -> ChannelListener.open(loops, first.address(), 128, (_, _) -> {}))
                .isInstanceOf(BindException.class)
                .hasMessage("127.0.0.1:" + first.address().getPort() + ": cannot listen: Address already in use");
        }
    }

    private static String echoed(InetSocketAddress address, String text) throws IOException {
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream().write(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
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
