package io.weir.l4.session;

import io.weir.core.balance.LoopBackend;
import io.weir.net.CloseReason;
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

    /** The name of the listener that it came through. */
    public abstract String listener();

    /** The backend that it goes to, or is being dialled to; null before the first pick. */
    public abstract @Nullable LoopBackend backend();

    /** Ends it now; it leaves its table. */
    public abstract void cut(CloseReason reason);
}
