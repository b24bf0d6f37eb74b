package io.weir.daemon.control;

import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a configured listener stands. Immutable, any thread.
 *
 * @param address with the port that was bound; empty while it does not listen
 * @param handshakes of clients by their outcome
 * @param cause why, where the state does not say it all; else empty
 */
public record DoorStatus(String listener, State state, String cause, Optional<InetSocketAddress> address, Door.Traffic traffic,
        Map<String, Long> handshakes) {

    /** Of a listener that was configured a moment ago. */
    public static DoorStatus notOpened(String listener) {
        return new DoorStatus(listener, State.CLOSED, "", Optional.empty(), Door.Traffic.NONE, Map.of());
    }

    /** The states of a listener, one list for the API, the command and the log. */
    public enum State {
        /** Not enabled, or about to be opened. */
        CLOSED,
        LISTENING,
        /** Its address cannot be bound; it is tried again. */
        FAILED,
        /** It accepts no more and its connections are ending. */
        DRAINING;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
