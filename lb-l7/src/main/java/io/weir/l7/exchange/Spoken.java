package io.weir.l7.exchange;

import io.weir.core.balance.LoopBackend;
import io.weir.core.health.BackendKey;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What a client's connection speaks, as far as others may end it. Confined to its loop. */
interface Spoken {
    /** Where its one request is, or is on its way to; null between requests, and where there may be many. */
    @Nullable
    LoopBackend backend();

    /** Lets the connection end after what it is at. */
    void drain();

    /** Ends what is at this backend. */
    void cutOff(BackendKey backend, InetSocketAddress address);

    /** Ends the connection now. */
    void closeNow();

    /** An operator ends it: the client sees a reset, which nobody takes for the end of an answer. */
    void kick();
}
