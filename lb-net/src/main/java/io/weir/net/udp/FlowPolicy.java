package io.weir.net.udp;

import io.weir.net.RelayConnection;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Decides for one UDP listener on one loop. Called on that loop only. */
public interface FlowPolicy {
    /**
     * Admits a flow whose first datagram has come, or refuses it: null, and the datagram is dropped. A refusal is counted
     * by the policy.
     *
     * @param datagram its bytes; readable during the call only
     */
    @Nullable
    FlowSession admit(RelayConnection flow, MemorySegment datagram);

    /** Whether there are senders that must send a PROXY header in front of each datagram; false, the default. */
    default boolean readsHeaders() {
        return false;
    }

    /** Whether this one must, asked if {@link #readsHeaders}: others speak for themselves. */
    default boolean mustSendHeader(InetAddress sender) {
        return false;
    }

    /**
     * Goes on with a flow of the process whose place this one takes; null, the default: it is forgotten, and the next datagram of its
     * client begins another.
     */
    default @Nullable FlowSession goOn(RelayConnection flow, HandedFlow known) {
        return null;
    }
}
