package io.weir.net;

import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * A socket that clients reach this host by, as a bare descriptor: what one process can hand to another. Any thread.
 *
 * @param address with the port that was bound
 * @param loop the number of the event loop that serves it: sockets of one loop go to one loop
 * @param name a number that tells it from all others of the process that gives it
 */
public record ListeningSocket(Kind kind, InetSocketAddress address, int loop, int name, int descriptor) {
    /** One that the giver's descriptor names. */
    public ListeningSocket(Kind kind, InetSocketAddress address, int loop, int descriptor) {
        this(kind, address, loop, descriptor, descriptor);
    }

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
        close(descriptor);
    }

    /** Closes a descriptor that came with a message. */
    public static void close(int descriptor) {
        UnixCalls.close(descriptor);
    }
}
