package io.weir.daemon.control;

import io.weir.net.ListeningSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A listener's open port, whichever plane serves it. Any thread. */
public interface Door {
    /** The address with the port that was bound. */
    InetSocketAddress address();

    /** What went through since it was opened. */
    Traffic traffic();

    /** Its sockets, for another process to go on with; none where the transport keeps them to itself. */
    default List<ListeningSocket> sockets() {
        return List.of();
    }

    /** Handshakes of clients by their outcome; empty where there are none. */
    default Map<String, Long> handshakes() {
        return Map.of();
    }

    /**
     * Accepts no more, and cuts the connections that are left after {@code grace}.
     *
     * @return completes when no acceptor is left; connections may be
     */
    CompletableFuture<Void> close(Duration grace);

    /**
     * Counts of one listener.
     *
     * @param connections open now
     * @param refusedByReason not taken: kept out by an access list, or over a limit
     * @param bytesSpliced those of both directions that went from socket to socket inside the kernel
     * @param answersByClass such as {@code 2xx}; empty where there are no answers
     * @param endsByReason connections (tcp) or requests (http) by why they ended other than with a backend's whole answer
     * @param framing requests by what the guard said of their framing: {@code compliant}, or the verdict and why, as in
     *     {@code ambiguous: Content-Length is repeated}; empty where there are no requests
     * @param redispatched tries that followed one at another backend that could not be connected
     * @param resent times a request was sent again, since its backend had hung up without a byte of an answer
     */
    record Traffic(long connections, long accepted, Map<String, Long> refusedByReason, long requests, long bytesIn, long bytesOut,
            long bytesSpliced,
            Map<String, Long> answersByClass,
            Map<String, Long> endsByReason, Map<String, Long> framing, long redispatched, long resent) {
        public static final Traffic NONE = new Traffic(0, 0, Map.of(), 0, 0, 0, 0, Map.of(), Map.of(), Map.of(), 0, 0);

        /** Clients that were not taken, for whatever reason. */
        public long refused() {
            return refusedByReason.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
