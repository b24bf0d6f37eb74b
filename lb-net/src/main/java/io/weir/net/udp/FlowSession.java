package io.weir.net.udp;

import io.weir.core.health.BackendKey;
import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.net.CloseReason;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the policy keeps of one flow. Called on its loop only: {@link #first}, then any of the others, and {@link #closed}
 * exactly once and last; without {@link #first} for one that another process began.
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

    /** What another process has to know of it; null: it has no backend. */
    @Nullable
    Held held();

    /** The backend of a flow and how long there has been the flow. */
    record Held(BackendKey backend, Duration age) {}

    /** The flow lives on in another process, which counts it from now on. In the place of {@link #closed}. */
    void handedOver();

    /** Whether it wants to read what the backend answers; asked after {@link #first} and {@link #instead}. */
    default boolean hears() {
        return false;
    }

    /**
     * The backend has answered.
     *
     * @param answer one datagram, or several of the same length that came as one message; readable during the call only
     * @return whether it wants to read the next one, too
     */
    default boolean heard(MemorySegment answer) {
        return false;
    }

    /** The flow has ended. */
    void closed(CloseReason reason, long bytesToBackend, long bytesToClient);
}
