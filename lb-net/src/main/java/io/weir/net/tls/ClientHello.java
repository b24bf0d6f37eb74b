package io.weir.net.tls;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the beginning of a client's TLS stream which server it asks for (RFC 8446 4.1.2 and 5.1, RFC 6066 3). It believes no length before it
 * has seen that it fits. Pure; any thread.
 */
public final class ClientHello {
    /** Of a stream, records' heads included: the largest that clients send, with post-quantum keys, are a tenth of it. */
    public static final int MAX_BYTES = 16 << 10;

    private static final int RECORD_HEAD_BYTES = 5;
    private static final int MESSAGE_HEAD_BYTES = 4;
    private static final int HANDSHAKE_RECORD = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int RANDOM_BYTES = 32;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;
    private static final int MAX_RECORD_BYTES = 1 << 14;
    private static final int MAX_NAME_BYTES = 255;

    private ClientHello() {}

    /** What the bytes are. */
    public sealed interface Result {
        /** The beginning of a ClientHello; more is needed. */
        enum More implements Result {
            MORE
        }

        /**
         * A whole ClientHello.
         *
         * @param serverName in lower case; null if the client names none
         */
        record Hello(@Nullable String serverName) implements Result {}

        /** No client of ours begins like this. */
        enum Refused implements Result {
            /** Some other protocol, or SSL 2. */
            NOT_TLS,
            /** Lengths that contradict each other, or a name that cannot be one. */
            MALFORMED,
            /** More than {@link #MAX_BYTES}. */
            TOO_LONG
        }
    }

    /** Judges what a client has sent so far, from position to limit; leaves both as they are. */
    public static Result read(ByteBuffer received) {
        ByteBuffer stream = received.slice();
        int wanted = -1;
        int have = 0;
        int at = 0;
        while (wanted < 0 || have < wanted) {
            Result broken = recordHead(stream, at);
            if (broken != null) {
                return broken;
            }
            int length = stream.getShort(at + 3) & 0xffff;
            int present = Math.min(length, stream.limit() - at - RECORD_HEAD_BYTES);
            if (wanted < 0 && have + present >= MESSAGE_HEAD_BYTES) {
                ByteBuffer head = message(stream, MESSAGE_HEAD_BYTES);
                if (head.get(0) != CLIENT_HELLO) {
                    return Result.Refused.NOT_TLS;
                }
                wanted = MESSAGE_HEAD_BYTES + (head.getInt(0) & 0xffffff);
                if (wanted > MAX_BYTES - RECORD_HEAD_BYTES) {
                    return Result.Refused.TOO_LONG;
                }
            }
            have += present;
            at += RECORD_HEAD_BYTES + length;
            if (present < length && (wanted < 0 || have < wanted)) {
                return more(stream);
            }
        }
        return hello(message(stream, wanted).position(MESSAGE_HEAD_BYTES));
    }

    private static Result more(ByteBuffer stream) {
        return stream.limit() >= MAX_BYTES ? Result.Refused.TOO_LONG : Result.More.MORE;
    }

    /** What is wrong with the record that begins at {@code at}, or that it is not there yet; null if all is well. */
    private static @Nullable Result recordHead(ByteBuffer stream, int at) {
        int present = stream.limit() - at;
        if ((present > 0 && stream.get(at) != HANDSHAKE_RECORD) || (present > 1 && stream.get(at + 1) != 3)) {
            return Result.Refused.NOT_TLS;
        }
        if (present < RECORD_HEAD_BYTES) {
            return more(stream);
        }
        int length = stream.getShort(at + 3) & 0xffff;
        return length == 0 || length > MAX_RECORD_BYTES ? Result.Refused.MALFORMED : null;
    }

    /** The first bytes of the handshake message, out of as many records as it is cut into. */
    private static ByteBuffer message(ByteBuffer stream, int bytes) {
        int first = stream.getShort(3) & 0xffff;
        if (first >= bytes) {
            return stream.slice(RECORD_HEAD_BYTES, bytes);
        }
        ByteBuffer joined = ByteBuffer.allocate(bytes);
        for (int at = 0; joined.hasRemaining(); at += RECORD_HEAD_BYTES + (stream.getShort(at + 3) & 0xffff)) {
            int part = Math.min(stream.getShort(at + 3) & 0xffff, joined.remaining());
            joined.put(stream.slice(at + RECORD_HEAD_BYTES, part));
        }
        return joined.flip();
    }

    private static Result hello(ByteBuffer hello) {
        boolean skipped = skip(hello, 2 + RANDOM_BYTES) && skip(hello, length(hello, 1)) && skip(hello, length(hello, 2))
                && skip(hello, length(hello, 1));
        if (!skipped) {
            return Result.Refused.MALFORMED;
        }
        if (!hello.hasRemaining()) {
            return new Result.Hello(null); // no extensions, as in TLS 1.0
        }
        int extensions = length(hello, 2);
        if (extensions != hello.remaining()) {
            return Result.Refused.MALFORMED;
        }
        while (hello.hasRemaining()) {
            int type = length(hello, 2);
            int bytes = length(hello, 2);
            if (type < 0 || bytes < 0 || bytes > hello.remaining()) {
                return Result.Refused.MALFORMED;
            }
            if (type == SERVER_NAME) {
                return serverName(hello.slice(hello.position(), bytes));
            }
            skip(hello, bytes);
        }
        return new Result.Hello(null);
    }

    /** RFC 6066 3: a list, in which only one type was ever defined, and at most one name of it. */
    private static Result serverName(ByteBuffer list) {
        int bytes = length(list, 2);
        if (bytes != list.remaining() || length(list, 1) != HOST_NAME) {
            return Result.Refused.MALFORMED;
        }
        int name = length(list, 2);
        if (name <= 0 || name > MAX_NAME_BYTES || name > list.remaining()) {
            return Result.Refused.MALFORMED;
        }
        byte[] ascii = new byte[name];
        list.get(ascii);
        for (byte letter : ascii) {
            if (letter <= ' ' || letter == 0x7f) {
                return Result.Refused.MALFORMED;
            }
        }
        return new Result.Hello(new String(ascii, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT));
    }

    /** A length of so many bytes; -1 if they are not there. */
    private static int length(ByteBuffer from, int bytes) {
        if (from.remaining() < bytes) {
            from.position(from.limit());
            return -1;
        }
        return bytes == 1 ? from.get() & 0xff : from.getShort() & 0xffff;
    }

    private static boolean skip(ByteBuffer from, int bytes) {
        if (bytes < 0 || bytes > from.remaining()) {
            return false;
        }
        from.position(from.position() + bytes);
        return true;
    }
}
