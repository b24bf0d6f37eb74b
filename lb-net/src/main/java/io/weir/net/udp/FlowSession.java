package io.weir.net.udp;

import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.net.CloseReason;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the policy keeps of one flow. Called on its loop only: {@link #first}, then any of the others, and {@link #closed}
 * exactly once and last.
 */
public interface FlowSession {
    /** How the flow lives; asked once, before {@link #first}. */
    FlowTerms terms();

    /** The backend; null if there is none. */
    @Nullable
    InetSocketAddress first();

    /** A datagram came back from the backend: nobody listens there, or no way leads there. Another backend; null: none is left. */
    @Nullable
    InetSocketAddress instead(ConnectFailure failure);

    /** What the backend gets in front of each datagram; empty for nothing. */
    byte[] header();

    /** The backend has answered for the first time since it was chosen. */
    void answered();

    /** The flow has ended. */
    void closed(CloseReason reason, long bytesToBackend, long bytesToClient);
}
