package io.weir.l7.backend;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.weir.core.balance.LoopBackend;
import io.weir.l7.loop.HttpLoop;
import io.weir.net.Deadline;
import io.weir.net.TimerWheel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The idle connections of one event loop to one backend, the last one used on top. Confined to the loop.
 *
 * <p>The top one is the least likely to have been closed by the backend, and those at the bottom are trimmed when they
 * were not needed for a while.
 */
public final class BackendPool {
    /** Shorter than what servers commonly wait for the next request. */
    static final Duration MAX_IDLE = Duration.ofSeconds(10);

    private static final int MAX_CONNECTIONS = 1024;
    private static final long MAX_IDLE_TICKS = TimerWheel.ticksFor(MAX_IDLE);
    private static final long TRIM_TICKS = TimerWheel.ticksFor(Duration.ofSeconds(2));

    private final HttpLoop loop;
    private final LoopBackend backend;
    private final Trim trim = new Trim();

    private @Nullable BackendConnection newest;
    private @Nullable BackendConnection oldest;
    private int size;

    private BackendPool(HttpLoop loop, LoopBackend backend) {
        this.loop = loop;
        this.backend = backend;
    }

    /** The pool of a backend on this loop. */
    public static BackendPool of(HttpLoop loop, LoopBackend backend) {
        return backend.attachment(one -> new BackendPool(loop, one));
    }

    /** A connected, free connection, or null when there is none. */
    public @Nullable BackendConnection take() {
        while (newest != null) {
            BackendConnection connection = newest;
            remove(connection);
            if (connection.alive()) {
                return connection;
            }
        }
        return null;
    }

    /**
     * Opens a connection for {@code asking}, who is told how it went, perhaps before this returns.
     *
     * @param ticks of the loop's wheel that it may take
     * @return false if this process cannot open another socket; then nobody is told
     */
    public boolean dial(AnswerReceiver asking, long ticks) {
        SocketChannel channel;
        try {
            channel = loop.transport().newClientChannel();
        } catch (ChannelException noDescriptor) {
            return false;
        }
        BackendConnection connection = new BackendConnection(loop, this, channel);
        asking.dialling(connection);
        channel.config()
            .setTcpNoDelay(true)
            .setConnectTimeoutMillis(0)
            .setRecvByteBufAllocator(loop.readBuffers());
        channel.config().setOption(ChannelOption.AUTO_CLOSE, false);
        channel.pipeline().addLast(connection);
        var _ = loop.loop().register(channel);
        connection.dial(asking, channel.connect(backend.address()), ticks);
        return true;
    }

    /** Connections that wait for a request. */
    public int idle() {
        return size;
    }

    void give(BackendConnection connection) {
        if (!connection.alive() || !backend.current() || size == MAX_CONNECTIONS) {
            connection.close();
            return;
        }
        connection.pooled = true;
        connection.idleSinceTick = loop.timers().ticks();
        connection.newer = null;
        connection.older = newest;
        if (newest == null) {
            oldest = connection;
        } else {
            newest.newer = connection;
        }
        newest = connection;
        size++;
        if (!trim.isScheduled()) {
            loop.timers().scheduleTicks(trim, TRIM_TICKS);
        }
    }

    /** Called when a connection was closed, wherever it stood. */
    void gone(BackendConnection connection) {
        if (connection.pooled) {
            remove(connection);
        }
    }

    private void remove(BackendConnection connection) {
        BackendConnection above = connection.newer;
        BackendConnection below = connection.older;
        if (above == null) {
            newest = below;
        } else {
            above.older = below;
        }
        if (below == null) {
            oldest = above;
        } else {
            below.newer = above;
        }
        connection.newer = connection.older = null;
        connection.pooled = false;
        size--;
    }

    /** Closes what was idle for too long, or all when the backend is no longer this one. */
    private final class Trim extends Deadline {
        @Override
        protected void expired() {
            long now = loop.timers().ticks();
            while (oldest != null && (!backend.current() || now - oldest.idleSinceTick >= MAX_IDLE_TICKS)) {
                BackendConnection connection = oldest;
                remove(connection);
                connection.close();
            }
            if (oldest != null) {
                loop.timers().scheduleTicks(this, TRIM_TICKS);
            }
        }
    }
}
