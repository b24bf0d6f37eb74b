package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Listeners that go on with the sockets of others; event loops of their own stand for another process. */
final class InheritanceIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @ParameterizedTest(name = "{0} loops, then {1}")
    @CsvSource({"2, 2", "1, 3", "3, 1"})
    void noConnectionIsLostBetweenThem(int before, int after) throws IOException {
        assumeThat(Transport.EPOLL.unavailable()).isEmpty();
        try (EventLoops first = EventLoops.start(Transport.EPOLL, before); var inheritance = new Inheritance()) {
            Listening old = ChannelListener.open(first, ANY_PORT, 128, (_, channel) -> greet(channel, 'o'));
            for (ListeningSocket socket : old.sockets()) {
                inheritance.add("web", passed(socket));
            }
            assertThat(inheritance.placeOf("web", ANY_PORT)).isEqualTo(old.address());
            try (EventLoops second = EventLoops.start(Transport.EPOLL, after, inheritance)) {
                List<Socket> clients = new ArrayList<>();
                for (int i = 0; i < 32; i++) {
                    clients.add(new Socket(old.address().getAddress(), old.address().getPort()));
                }
                Listening heir = ChannelListener.open(second, old.address(), 128, (_, channel) -> greet(channel, 'n'));
                old.stopAccepting().join();
                for (int i = 0; i < 32; i++) {
                    clients.add(new Socket(old.address().getAddress(), old.address().getPort()));
                }

                for (int i = 0; i < clients.size(); i++) {
                    try (Socket client = clients.get(i)) {
                        assertThat(client.getInputStream().read()).isIn(i < 32 ? new Integer[] {(int) 'o', (int) 'n'}
                                : new Integer[] {(int) 'n'});
                    }
                }
                assertThat(heir.address()).isEqualTo(old.address());
                assertThat(heir.sockets()).hasSize(Math.max(before, after));
                heir.stopAccepting().join();
                assertThatThrownBy(() -> new Socket(old.address().getAddress(), old.address().getPort())).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void whereSocketsCannotBeTakenOverAllNewConnectionsGoToNewOnesBesideThem() throws IOException {
        assumeThat(Transport.IO_URING.unavailable()).isEmpty();
        try (EventLoops first = EventLoops.start(Transport.IO_URING, 2); var inheritance = new Inheritance()) {
            Listening old = ChannelListener.open(first, ANY_PORT, 128, (_, channel) -> greet(channel, 'o'));
            for (ListeningSocket socket : old.sockets()) {
                inheritance.add("web", passed(socket));
            }
            assertThat(inheritance.settle()).isZero();
            try (EventLoops second = EventLoops.start(Transport.IO_URING, 2, inheritance)) {
                Listening heir = ChannelListener.open(second, old.address(), 128, (_, channel) -> greet(channel, 'n'));
                assertThat(inheritance.settle()).isPositive();
                for (int i = 0; i < 64; i++) {
                    try (var client = new Socket(old.address().getAddress(), old.address().getPort())) {
                        assertThat(client.getInputStream().read()).isEqualTo('n');
                    }
                    if (i == 32) {
                        old.stopAccepting().join();
                    }
                }
                assertThat(heir.address()).isEqualTo(old.address());
            }
        }
    }

    @Test
    void whatNobodyTakesIsClosed() throws IOException {
        assumeThat(Transport.EPOLL.unavailable()).isEmpty();
        try (EventLoops loops = EventLoops.start(Transport.EPOLL, 1)) {
            Listening old = ChannelListener.open(loops, ANY_PORT, 128, (_, channel) -> greet(channel, 'o'));
            try (var inheritance = new Inheritance()) {
                for (ListeningSocket socket : old.sockets()) {
                    inheritance.add("web", passed(socket));
                }
                assertThat(inheritance.take(ListeningSocket.Kind.DATAGRAM, old.address())).isEmpty();
                assertThat(inheritance.placeOf("other", ANY_PORT)).isEqualTo(ANY_PORT);
            }
            old.stopAccepting().join();
            assertThatThrownBy(() -> new Socket(old.address().getAddress(), old.address().getPort())).isInstanceOf(IOException.class);
        }
    }

    private static void greet(DuplexChannel channel, char letter) {
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext context) {
                var _ = context.writeAndFlush(context.alloc().buffer().writeByte(letter));
            }
        });
    }

    /** As another process would have it: a descriptor of its own. */
    private static ListeningSocket passed(ListeningSocket socket) throws IOException {
        return new ListeningSocket(socket.kind(), socket.address(), socket.loop(), UnixCalls.duplicate(socket.descriptor()));
    }
}
