package io.weir.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A relayed connection over two ordinary channels of one loop. Confined to that loop.
 *
 * <p>Neither channel reads by itself: what one has read is written to the other, and more is read once the other has
 * room again.
 */
final class ChannelRelay extends RelayedConnection {
    private final Transport transport;

    private final Side client;

    private @Nullable Side backend;

    private ChannelRelay(Loop loop, Transport transport, SocketChannel channel) {
        super(loop);
        this.transport = transport;
        this.client = new Side(channel);
    }

    static Listening listen(
            EventLoops loops, InetSocketAddress wanted, int backlog, Function<Loop, RelayPolicy> policyByLoop)
            throws BindException {
        var policies = new LoopLocal<>(loops, policyByLoop);
        return ChannelListener.listen(loops, wanted, backlog, (loop, channel) -> {
            var relay = new ChannelRelay(loop, loops.transport(), (SocketChannel) channel);
            channel.config().setAutoRead(false);
            channel.pipeline().addLast(relay.client);
            relay.client.policy = policies.get(loop);
        });
    }

    @Override
    InetSocketAddress peerAddress() {
        InetSocketAddress address = client.channel.remoteAddress();
        return address == null ? new InetSocketAddress(0) : address;
    }

    @Override
    InetSocketAddress localAddress() {
        InetSocketAddress address = client.channel.localAddress();
        return address == null ? new InetSocketAddress(0) : address;
    }

    @Override
    ByteBuffer head(int most) {
        ByteBuf head = client.joinEarly();
        return head.nioBuffer(head.readerIndex(), Math.min(most, head.readableBytes()));
    }

    @Override
    boolean headEnded() {
        return client.ended;
    }

    @Override
    void skipHead(int bytes) {
        ByteBuf head = client.joinEarly().skipBytes(bytes);
        if (!head.isReadable()) {
            client.dropEarly();
        }
    }

    @Override
    void awaitHead() {
        client.channel.read();
    }

    /** What was read already is the beginning of the handshake. */
    @Override
    void handshake(RelayTls tls) {
        SocketChannel channel = client.channel;
        SslHandler handler = tls.handler(channel.alloc());
        client.tls = new Secured(tls, handler);
        ByteBuf hello = client.joinEarly();
        client.early.clear();
        channel.pipeline().addFirst(handler);
        if (hello.isReadable()) {
            channel.pipeline().fireChannelRead(hello);
        }
        channel.pipeline().fireChannelReadComplete();
        if (client.ended && isInHandshake()) {
            close(CloseReason.HANDSHAKE_FAILED);
        }
    }

    @Override
    Dial dial(InetSocketAddress address, @Nullable InetAddress source) {
        if (source != null) {
            return Dial.OTHER; // java.nio has no option for it
        }
        Side side;
        try {
            side = new Side(transport.newClientChannel());
        } catch (ChannelException noDescriptor) {
            // The acceptor pauses as if it had run out itself, or it would take what this connection waits for.
            client.channel.parent().pipeline().fireExceptionCaught(noDescriptor);
            return Dial.EXHAUSTED;
        }
        backend = side;
        side.channel.config().setAutoRead(false).setTcpNoDelay(true).setAllowHalfClosure(true);
        // The relay has a deadline of its own.
        side.channel.config().setConnectTimeoutMillis(0);
        side.channel.pipeline().addLast(side);
        var _ = loop().register(side.channel);
        var _ = side.channel.connect(address).addListener(result -> connectEnded(side, result));
        return Dial.UNDER_WAY;
    }

    private void connectEnded(Side side, Future<?> result) {
        if (side != backend || !isDialling()) {
            return;
        }
        Throwable failure = result.cause();
        if (failure == null) {
            dialled();
        } else {
            dropDial();
            dialFailed(ConnectFailures.of(failure));
        }
    }

    @Override
    void dropDial() {
        Side side = backend;
        backend = null;
        if (side != null) {
            var _ = side.channel.close();
        }
    }

    @Override
    void relay(byte[] preamble) {
        Side to = side(backend);
        if (preamble.length > 0) {
            var _ = to.channel.writeAndFlush(Unpooled.wrappedBuffer(preamble), to.channel.voidPromise());
        }
        client.sendEarly(to.channel);
        client.channel.read();
        to.channel.read();
    }

    @Override
    void closeSockets(boolean reset) {
        client.dropEarly();
        client.close(reset);
        Side other = backend;
        if (other != null) {
            other.close(reset);
        }
    }

    private Side peer(Side side) {
        return side == client ? side(backend) : client;
    }

    private static Side side(@Nullable Side side) {
        if (side == null) {
            throw new IllegalStateException("no backend is connected");
        }
        return side;
    }

    /** The TLS of the client's side. */
    private record Secured(RelayTls terms, SslHandler handler) {}

    /** One of the two channels. */
    private final class Side extends ChannelInboundHandlerAdapter {
        private final SocketChannel channel;

        /** Set on the client's side until it is asked. */
        private @Nullable RelayPolicy policy;

        /** Netty reads the rest of a stream whose end is near, asked or not: what came before there was a backend. */
        private final ArrayDeque<ByteBuf> early = new ArrayDeque<>(0);

        /** Set on the client's side where its TLS ends here. */
        private @Nullable Secured tls;

        /** Whether the end of its stream was received. */
        private boolean ended;

        /** Whether it waits for bandwidth. */
        private boolean isHeldBack;

        /** Whether the end of the other's stream was passed on. */
        private boolean outputEnded;

        Side(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            RelayPolicy asked = policy;
            policy = null;
            if (asked != null) {
                open(asked);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (isRelaying()) {
                write(bytes, peer(this).channel);
            } else if (isClosed()) {
                bytes.release();
            } else {
                early.add(bytes);
            }
        }

        private void write(ByteBuf bytes, Channel to) {
            if (this == client) {
                movedToBackend(bytes.readableBytes());
            } else {
                movedToClient(bytes.readableBytes());
            }
            var _ = to.write(bytes, to.voidPromise());
        }

        /** What was read so far, in one piece. */
        ByteBuf joinEarly() {
            if (early.size() > 1) {
                int bytes = early.stream().mapToInt(ByteBuf::readableBytes).sum();
                ByteBuf all = channel.alloc().directBuffer(bytes);
                early.forEach(all::writeBytes);
                dropEarly();
                early.add(all);
            }
            ByteBuf first = early.peek();
            return first == null ? Unpooled.EMPTY_BUFFER : first;
        }

        /** Writes what was read before a backend was connected. */
        void sendEarly(Channel to) {
            for (ByteBuf bytes = early.poll(); bytes != null; bytes = early.poll()) {
                write(bytes, to);
            }
            to.flush();
            if (ended && isRelaying()) {
                passEnd(peer(this));
            }
        }

        void dropEarly() {
            for (ByteBuf bytes = early.poll(); bytes != null; bytes = early.poll()) {
                bytes.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (isRelaying()) {
                Channel to = peer(this).channel;
                to.flush();
                if (outputEnded && tlsEnded()) {
                    inputEnded();
                }
                if (!ended && to.isWritable()) {
                    readOn();
                }
            } else if (isInPreface()) {
                readPreface();
            }
        }

        /** Reads more, when there is bandwidth for it. */
        private void readOn() {
            if (isHeldBack) {
                return;
            }
            if (hasBandwidth(this == client)) {
                channel.read();
            } else {
                isHeldBack = true;
                loop().heldBack().add(this::goOn);
            }
        }

        private void goOn() {
            isHeldBack = false;
            if (isRelaying() && !ended && peer(this).channel.isWritable()) {
                readOn();
            }
        }

        /** This side has room again, or none. */
        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (isRelaying() && channel.isWritable()) {
                active();
                Side from = peer(this);
                if (!from.ended) {
                    from.readOn();
                }
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                handshakeEnded(handshake);
            } else if (event == ChannelInputShutdownEvent.INSTANCE || (event == SslCloseCompletionEvent.SUCCESS && tlsEnded())) {
                inputEnded();
            }
        }

        /** Asked for itself: the handler takes the end of our own output, too, for the end of all. */
        private boolean tlsEnded() {
            return tls != null && tls.handler.engine().isInboundDone();
        }

        /** TLS is ended by a message of its own; who closes the connection without it is believed all the same, as others do. */
        private void inputEnded() {
            if (ended) {
                return;
            }
            ended = true;
            if (tls != null && tls.handler.engine().isOutboundDone()) {
                // BoringSSL's engine answers the end of TLS with its own, as TLS 1.2 wants it: nothing can be sent any more.
                outputEnded = true;
            }
            ChannelRelay.this.ended(this == client);
            if (isRelaying()) {
                passEnd(peer(this));
            } else if (isInPreface()) {
                readPreface();
            } else if (isInHandshake()) {
                ChannelRelay.this.close(CloseReason.HANDSHAKE_FAILED);
            }
        }

        private void handshakeEnded(SslHandshakeCompletionEvent handshake) {
            Secured secured = tls;
            if (secured == null || !isInHandshake()) {
                return;
            }
            if (handshake.isSuccess()) {
                transport.acknowledgeAtOnce(channel);
                secured.terms.secured(secured.handler);
                handshaken();
            } else {
                secured.terms.failed(handshake.cause());
                ChannelRelay.this.close(CloseReason.HANDSHAKE_FAILED);
            }
        }

        private void passEnd(Side to) {
            var _ = to.channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> endOutput(to, sent));
        }

        /** All that was received for {@code to} is sent, or that failed: the error is gone from the socket with it. */
        private void endOutput(Side to, Future<?> sent) {
            if (isClosed()) {
                return;
            }
            if (!sent.isSuccess()) {
                to.broken();
                return;
            }
            to.outputEnded = true;
            if (outputEnded) {
                ChannelRelay.this.close(CloseReason.COMPLETED);
            } else if (to.tls == null) {
                var _ = to.channel.shutdownOutput();
            } else {
                var _ = to.tls.handler.closeOutbound().addListener(_ -> {
                    var _ = to.channel.shutdownOutput();
                });
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // io_uring calls a channel that is being closed for an error not yet connected.
            if (cause instanceof IOException || cause instanceof NotYetConnectedException || cause instanceof DecoderException) {
                broken();
            } else {
                fault(cause);
            }
        }

        /** Epoll's channel closes by itself where both streams have ended; what it has said may still be on its way to the other side. */
        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!ended || !outputEnded) {
                broken();
            }
        }

        /** The channel is gone without our doing; while it is being dialled, the dialling itself fails. */
        private void broken() {
            if (this == client) {
                ChannelRelay.this.close(CloseReason.CLIENT_RESET);
            } else if (this == backend && !isDialling()) {
                ChannelRelay.this.close(CloseReason.BACKEND_RESET);
            }
        }

        /** The number of a channel that is closed already may be another connection's by now. */
        void close(boolean reset) {
            if (reset && channel.isOpen()) {
                try {
                    channel.config().setSoLinger(0);
                } catch (ChannelException goneAlready) {
                    // The other end has reset it, and there is nothing left to reset.
                }
            }
            if (reset && tls != null) {
                // Past the handler, which would say goodbye first.
                channel.unsafe().close(channel.unsafe().voidPromise());
            } else {
                var _ = channel.close();
            }
        }
    }
}
