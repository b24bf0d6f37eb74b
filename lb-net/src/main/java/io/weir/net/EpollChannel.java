package io.weir.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.AlreadyConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * An accepted TCP connection as a Netty channel with few system calls: it is registered once, edge-triggered, leaves the
 * epoll set by being closed, inherits TCP_NODELAY, and knows its addresses. Netty's own channel makes eight calls more for
 * a connection that comes and goes. Half-closure is allowed. Confined to its loop.
 *
 * <p>Nothing is read while reading is off, not even the end of the stream; a reset closes the channel at once.
 */
final class EpollChannel extends AbstractChannel implements DuplexChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    private static final RecvByteBufAllocator DEFAULT_READS = new FixedRecvByteBufAllocator(8 << 10);

    private final EpollRelayLoop shared;

    private final SocketCalls calls;

    private final Socket socket;

    private final InetSocketAddress peer;

    private final InetSocketAddress listening;

    private final ChannelConfig config = new Config();

    private @Nullable IoRegistration registration;

    /** The turn in which it was registered: its events that arrive in the same turn were meant for another. */
    private long registeredTurn;

    private boolean readRequested;

    /** Whether the kernel may have something to read. */
    private boolean readable = true;

    /** Whether a receive that is cut short is not the last one: see {@link EpollSide#READ_ON}. */
    private boolean readsOn;

    private boolean isReading;

    private boolean isPutOff;

    private boolean inputEnded;

    private boolean outputEnded;

    /** Whether the kernel has no room for what waits to be written. */
    private boolean blocked;

    private boolean awaitsRoom;

    private EpollChannel(EpollRelayLoop shared, int fd, InetSocketAddress listening) {
        super(null);
        this.shared = shared;
        this.calls = shared.calls;
        this.peer = calls.acceptedFrom();
        this.listening = listening;
        this.socket = new Socket(fd);
    }

    /** Lets the close that follows reset the connection. */
    void resetOnClose() {
        if (isOpen()) {
            calls.resetOnClose(socket.intValue());
        }
    }

    /** Gives every connection that is accepted to {@code onAccept}. */
    static AcceptedDescriptor accepting(EpollRelayLoop shared, InetSocketAddress listening, AcceptedChannel onAccept) {
        return (_, fd) -> {
            var channel = new EpollChannel(shared, fd, listening);
            try {
                onAccept.accepted(shared.loop, channel);
                var _ = shared.loop.register(channel);
            } catch (RuntimeException failure) {
                ChannelListener.drop(channel, failure);
            }
        };
    }

    /** The descriptor, and Netty's handle of it. */
    private final class Socket extends FileDescriptor implements EpollIoHandle, Runnable {
        Socket(int fd) {
            super(fd);
        }

        @Override
        public FileDescriptor fd() {
            return this;
        }

        @Override
        public void handle(IoRegistration source, IoEvent event) {
            if (shared.loop.turn() == registeredTurn) {
                return;
            }
            try {
                ready(((EpollIoEvent) event).ops().value());
            } catch (Throwable failure) {
                // Netty would drop the other events of the turn and let the loop sleep.
                fail(failure);
            }
        }

        /** Reads on after others have had their turn. */
        @Override
        public void run() {
            isPutOff = false;
            try {
                receive();
            } catch (Throwable failure) {
                fail(failure);
            }
        }

        void end() {
            if (markClosed()) {
                calls.close(intValue());
            }
        }

        /** Netty's: the loop shuts down. */
        @Override
        public void close() {
            unsafe().close(unsafe().voidPromise());
        }
    }

    private void ready(int events) {
        if ((events & EpollSide.ERROR) != 0) {
            int error = calls.takeError(socket.intValue());
            fail(new IOException(SocketCalls.text(error)));
            return;
        }
        if (blocked && (events & EpollSide.WRITABLE) != 0) {
            blocked = false;
            ((Inside) unsafe()).flush0();
        }
        if ((events & EpollSide.READABLE) != 0) {
            readable = true;
            readsOn |= (events & EpollSide.READ_ON) != 0;
            receive();
        }
    }

    private void fail(Throwable failure) {
        pipeline().fireExceptionCaught(failure);
        unsafe().close(unsafe().voidPromise());
    }

    @Override
    protected void doBeginRead() {
        readRequested = true;
        if (readable && !isReading && !isPutOff) {
            isPutOff = true;
            shared.putOff(socket);
        }
    }

    private void receive() {
        if (!readRequested || !readable || inputEnded || !isOpen()) {
            return;
        }
        readRequested = false;
        isReading = true;
        int result = receiveAll();
        isReading = false;
        if (result > 0 || result == SocketCalls.EAGAIN) {
            pipeline().fireChannelReadComplete();
        } else if (result == 0) {
            inputEnded = true;
            pipeline().fireChannelReadComplete();
            pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        } else {
            fail(new IOException(SocketCalls.text(result)));
        }
    }

    /** Answers what the last receive answered. */
    private int receiveAll() {
        var reads = unsafe().recvBufAllocHandle();
        reads.reset(config);
        int received;
        do {
            ByteBuf bytes = reads.allocate(alloc());
            int room = bytes.writableBytes();
            received = calls.receive(socket.intValue(), bytes.memoryAddress() + bytes.writerIndex(), room);
            if (received <= 0) {
                bytes.release();
                readable = false;
                return received;
            }
            reads.attemptedBytesRead(room);
            reads.lastBytesRead(received);
            reads.incMessagesRead(1);
            readable = received == room || readsOn;
            pipeline().fireChannelRead(bytes.writerIndex(bytes.writerIndex() + received));
        } while (readable && isOpen() && reads.continueReading());
        return received;
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer waiting) throws IOException {
        for (Object part = waiting.current(); part != null; part = waiting.current()) {
            ByteBuf bytes = (ByteBuf) part;
            int count = bytes.readableBytes();
            int sent = count == 0 ? 0 : calls.send(socket.intValue(), bytes.memoryAddress() + bytes.readerIndex(), count);
            if (sent == SocketCalls.EAGAIN) {
                awaitRoom();
                return;
            }
            if (sent < 0) {
                throw new IOException(SocketCalls.text(sent));
            }
            waiting.removeBytes(sent);
        }
    }

    private void awaitRoom() {
        blocked = true;
        if (!awaitsRoom && registration != null) {
            awaitsRoom = true;
            registration.submit(EpollRelayLoop.EVERYTHING);
        }
    }

    /** The kernel takes bytes from memory outside the heap, in one piece. */
    @Override
    protected Object filterOutboundMessage(Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            throw new UnsupportedOperationException("bytes can be written, not " + message.getClass());
        }
        if (bytes.hasMemoryAddress()) {
            return bytes;
        }
        ByteBuf direct = alloc().directBuffer(bytes.readableBytes()).writeBytes(bytes);
        bytes.release();
        return direct;
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        registeredTurn = shared.loop.turn();
        registration = shared.register(socket, EpollRelayLoop.READABLE);
        promise.setSuccess();
    }

    @Override
    protected void doDeregister() {
        if (registration != null) {
            registration.cancel();
            registration = null;
        }
    }

    /** The descriptor first, then the handle: registrations are keyed by descriptor. */
    @Override
    protected void doClose() {
        socket.end();
        doDeregister();
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException("an accepted connection has its address");
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class);
    }

    @Override
    protected InetSocketAddress remoteAddress0() {
        return peer;
    }

    @Override
    protected @Nullable InetSocketAddress localAddress0() {
        if (!listening.getAddress().isAnyLocalAddress()) {
            return listening;
        }
        return isOpen() ? calls.localAddress(socket.intValue()) : null;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public boolean isActive() {
        return isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        return inputEnded;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputEnded;
    }

    @Override
    public boolean isShutdown() {
        return inputEnded && outputEnded;
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        calls.shutdownInput(socket.intValue());
        inputEnded = true;
        return promise.setSuccess();
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        ((Inside) unsafe()).shutdownOutput(promise);
        return promise;
    }

    @Override
    protected void doShutdownOutput() {
        calls.shutdownOutput(socket.intValue());
        outputEnded = true;
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        var _ = shutdownInput();
        return shutdownOutput(promise);
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new Inside();
    }

    /** What Netty asks of a channel from within. */
    private final class Inside extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress address, SocketAddress local, ChannelPromise promise) {
            promise.setFailure(new AlreadyConnectedException());
        }

        @Override
        protected void flush0() {
            if (!blocked) {
                super.flush0();
            }
        }
    }

    private final class Config extends DefaultChannelConfig {
        Config() {
            super(EpollChannel.this, DEFAULT_READS);
        }

        @Override
        protected void autoReadCleared() {
            readRequested = false;
        }
    }
}
