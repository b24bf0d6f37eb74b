package io.weir.cli.client;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A connected socket whose every wait ends at a deadline. Confined to one thread. */
final class DeadlineChannel implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final ByteBuffer received = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private long deadlineNanos;

    private DeadlineChannel(SocketChannel channel, Selector selector, long deadlineNanos) throws IOException {
        this.channel = channel;
        this.selector = selector;
        this.key = channel.register(selector, 0);
        this.deadlineNanos = deadlineNanos;
    }

    /** Connects; {@code limit} also bounds what is done with the channel afterwards until {@link #waitAtMost}. */
    static DeadlineChannel connect(Endpoint endpoint, Duration limit) throws IOException {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        var channel = SocketChannel.open(endpoint.family());
        try {
            channel.configureBlocking(false);
            var connecting = new DeadlineChannel(channel, Selector.open(), deadlineNanos);
            if (!channel.connect(endpoint.address())) {
                connecting.await(SelectionKey.OP_CONNECT);
                channel.finishConnect();
            }
            return connecting;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Starts the time allowance anew. */
    void waitAtMost(Duration limit) {
        deadlineNanos = System.nanoTime() + limit.toNanos();
    }

    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    /** The next byte, or -1 at the end. */
    int read() throws IOException {
        return fill() ? received.get() & 0xff : -1;
    }

    /** Some of the next {@code limit} bytes, none only at the end. */
    byte[] read(int limit) throws IOException {
        if (!fill()) {
            return new byte[0];
        }
        var bytes = new byte[Math.min(limit, received.remaining())];
        received.get(bytes);
        return bytes;
    }

    private boolean fill() throws IOException {
        if (received.hasRemaining()) {
            return true;
        }
        received.clear();
        int count = channel.read(received);
        while (count == 0) {
            await(SelectionKey.OP_READ);
            count = channel.read(received);
        }
        received.flip();
        return count > 0;
    }

    private void await(int operation) throws IOException {
        key.interestOps(operation);
        long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
        if (leftMillis <= 0 || selector.select(leftMillis) == 0) {
            throw new SocketTimeoutException("no progress before the deadline");
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            selector.close();
        }
    }
}
