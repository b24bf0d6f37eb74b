package io.weir.net.session;

import io.weir.core.balance.LoopBackend;
import io.weir.net.CloseReason;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection that stands in a {@link SessionTable}. Confined to its loop. It is its own list node, so that standing
 * there costs no object.
 */
public abstract class LiveConnection {
    @Nullable
    LiveConnection previous;

    @Nullable
    LiveConnection next;

    /** When it was added to its table. */
    long openedNanos;

    /** The name of the listener that it came through. */
    public abstract String listener();

    /** The backend that it goes to, or is being dialled to; null before the first pick. */
    public abstract @Nullable LoopBackend backend();

    /** Whose it is: whom a PROXY header named, else the other end of the socket, which the kernel may have to be asked for. */
    public abstract InetSocketAddress client();

    /** Received from the client so far. */
    public abstract long bytesToBackend();

    /** Received from the backend so far. */
    public abstract long bytesToClient();

    /** Ends it now; it leaves its table. */
    public abstract void cut(CloseReason reason);

    /** What a log keeps of it when it ends. */
    protected final SessionEnd end(CloseReason reason) {
        return new SessionEnd(info(System.nanoTime()), reason);
    }

    /** It began so long before it was added to its table. */
    protected final void began(Duration before) {
        openedNanos -= before.toNanos();
    }

    /** Since it began. */
    protected final Duration age() {
        return Duration.ofNanos(ageNanos(System.nanoTime()));
    }

    long ageNanos(long nowNanos) {
        return nowNanos - openedNanos;
    }

    SessionInfo info(long nowNanos) {
        Optional<LoopBackend> to = Optional.ofNullable(backend());
        return new SessionInfo(
                listener(), client(), to.map(LoopBackend::key), to.map(LoopBackend::address), Duration.ofNanos(ageNanos(nowNanos)),
                bytesToBackend(), bytesToClient());
    }
}
