package io.weir.net;

import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * A socket that clients reach this host by, as a bare descriptor: what one process can hand to another. Any thread.
 *
 * @param address with the port that was bound
 */
public record ListeningSocket(Kind kind, InetSocketAddress address, int descriptor) {
    /** How clients speak to it. */
    public enum Kind {
        /** TCP, and listening. */
        STREAM,
        /** UDP. */
        DATAGRAM;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Closes the descriptor; the socket goes on for whoever has another one of it. */
    public void close() {
        UnixCalls.close(descriptor);
    }
}
