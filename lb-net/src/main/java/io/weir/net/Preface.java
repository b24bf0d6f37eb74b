package io.weir.net;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * What reads the head of a client's stream before a backend is chosen: the PROXY protocol, a server name. Confined to the
 * connection's loop. Whatever it does not consume is the client's and goes to the backend.
 */
public interface Preface {
    /** Bytes of it at most, 1..65536; a client that has sent as many and needs more is refused. */
    int maxBytes();

    /** From the moment that it is waited for to its end. */
    Duration timeout();

    /**
     * Judges what the client has sent so far. Asked again from the first byte on when more has come; never with the same
     * bytes twice.
     *
     * @param received from its position to its limit, 0 to {@link #maxBytes} bytes, valid until this returns
     */
    Result read(ByteBuffer received);

    /** A verdict on the beginning of a stream. */
    sealed interface Result {
        /** So far all is well: wait for more. */
        enum More implements Result {
            MORE
        }

        /**
         * It is complete.
         *
         * @param bytes how many of those that were received are taken out of the stream, 0 or more
         */
        record Done(int bytes) implements Result {}

        /** The connection is closed for this reason. */
        record Refused(CloseReason reason) implements Result {}
    }
}
