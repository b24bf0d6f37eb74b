package io.weir.l7.guard;

import io.netty.buffer.ByteBuf;
import io.weir.l7.head.Ascii;

/**
 * Checks one chunked body as it passes and brings it into its plain form in place: extensions and trailers go, and the
 * framing too where the receiver does not know it. Confined to one event loop.
 *
 * <p>Syntax is strict (RFC 9112 7.1): lines end in CRLF, sizes are 1 to 15 hexadecimal digits. What leaves never is
 * longer than what came, so a buffer is compacted where it lies, and nothing moves while nothing was dropped.
 */
final class ChunkedBody {
    private static final int MAX_SIZE_DIGITS = 15;
    private static final int MAX_EXTENSION_BYTES = 256;
    private static final int MAX_TRAILER_BYTES = 8 * 1024;

    private enum State {
        SIZE,
        BEFORE_EXTENSION,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        LAST_LF,
        DONE
    }

    private boolean keepFraming;
    private long maxBody;

    private State state = State.SIZE;
    private long left;
    private long total;
    private int digits;
    private int lineBytes;
    private int trailerBytes;

    private int readAt;
    private int writeAt;

    /**
     * Starts on the next body.
     *
     * @param framed whether chunks leave as chunks, or as their data alone
     * @param maxBytes bytes of data after which {@link Verdict#BODY_TOO_LARGE} is the verdict
     */
    ChunkedBody begin(boolean framed, long maxBytes) {
        keepFraming = framed;
        maxBody = maxBytes;
        state = State.SIZE;
        left = total = 0;
        digits = lineBytes = trailerBytes = 0;
        return this;
    }

    /** Whether the last chunk and its trailers have passed. */
    boolean done() {
        return state == State.DONE;
    }

    /** The end of what may be sent on, in the buffer of the last {@link #pass}. */
    int passedEnd() {
        return writeAt;
    }

    /** The first byte after what was read, in the buffer of the last {@link #pass}: the next message, if done. */
    int readEnd() {
        return readAt;
    }

    /**
     * Goes on with the readable bytes of {@code in}, whose indices stay as they are; what may be sent on then stands
     * between its reader index and {@link #passedEnd()}.
     */
    Verdict pass(ByteBuf in) {
        readAt = writeAt = in.readerIndex();
        int end = in.writerIndex();
        while (readAt < end && state != State.DONE) {
            Verdict verdict = state == State.DATA ? data(in, end) : step(in, in.getByte(readAt));
            if (verdict != Verdict.OK) {
                return verdict;
            }
        }
        return Verdict.OK;
    }

    private Verdict data(ByteBuf in, int end) {
        int count = (int) Math.min(left, end - readAt);
        if (writeAt != readAt) {
            in.setBytes(writeAt, in, readAt, count);
        }
        writeAt += count;
        readAt += count;
        left -= count;
        if (left == 0) {
            state = State.DATA_CR;
        }
        return Verdict.OK;
    }

    private Verdict step(ByteBuf in, byte b) {
        return switch (state) {
            case SIZE -> size(in, b);
            case BEFORE_EXTENSION -> beforeExtension(in, b);
            case EXTENSION -> extension(in, b);
            case SIZE_LF -> sizeEnd(in, b);
            case DATA_CR -> expect(in, b, Ascii.CR, State.DATA_LF, keepFraming);
            case DATA_LF -> expect(in, b, Ascii.LF, State.SIZE, keepFraming);
            case TRAILER -> trailer(in, b);
            case TRAILER_NAME -> trailerName(in, b);
            case TRAILER_VALUE -> trailerValue(in, b);
            case TRAILER_LF -> expect(in, b, Ascii.LF, State.TRAILER, false);
            case LAST_LF -> expect(in, b, Ascii.LF, State.DONE, keepFraming);
            case DATA, DONE -> throw new IllegalStateException(state.name());
        };
    }

    private Verdict size(ByteBuf in, byte b) {
        int digit = Ascii.hexValue(b);
        if (digit >= 0) {
            digits++;
            if (digits > MAX_SIZE_DIGITS) {
                return Verdict.BAD_CHUNK;
            }
            left = left << 4 | digit;
            return take(in, b, State.SIZE, keepFraming);
        }
        if (digits == 0) {
            return Verdict.BAD_CHUNK;
        }
        return b == Ascii.CR ? take(in, b, State.SIZE_LF, keepFraming) : beforeExtension(in, b);
    }

    private Verdict beforeExtension(ByteBuf in, byte b) {
        if (b == ';') {
            return extensionByte(in, b, State.EXTENSION);
        }
        boolean space = b == Ascii.SP || b == Ascii.HTAB;
        return space ? extensionByte(in, b, State.BEFORE_EXTENSION) : Verdict.BAD_CHUNK;
    }

    private Verdict extension(ByteBuf in, byte b) {
        if (b == Ascii.CR) {
            return take(in, b, State.SIZE_LF, keepFraming);
        }
        return Ascii.isValueByte(b) ? extensionByte(in, b, State.EXTENSION) : Verdict.BAD_CHUNK;
    }

    private Verdict extensionByte(ByteBuf in, byte b, State next) {
        lineBytes++;
        return lineBytes > MAX_EXTENSION_BYTES ? Verdict.CHUNK_LINE_TOO_LONG : take(in, b, next, false);
    }

    private Verdict sizeEnd(ByteBuf in, byte b) {
        if (left > maxBody - total) {
            return Verdict.BODY_TOO_LARGE;
        }
        total += left;
        digits = lineBytes = 0;
        return expect(in, b, Ascii.LF, left == 0 ? State.TRAILER : State.DATA, keepFraming);
    }

    private Verdict trailer(ByteBuf in, byte b) {
        if (b == Ascii.CR) {
            return take(in, b, State.LAST_LF, keepFraming);
        }
        return Ascii.isTokenByte(b) ? trailerByte(in, b, State.TRAILER_NAME) : Verdict.BAD_FIELD_NAME;
    }

    private Verdict trailerName(ByteBuf in, byte b) {
        if (b == ':') {
            return trailerByte(in, b, State.TRAILER_VALUE);
        }
        return Ascii.isTokenByte(b) ? trailerByte(in, b, State.TRAILER_NAME) : Verdict.BAD_FIELD_NAME;
    }

    private Verdict trailerValue(ByteBuf in, byte b) {
        if (b == Ascii.CR) {
            return trailerByte(in, b, State.TRAILER_LF);
        }
        return Ascii.isValueByte(b) ? trailerByte(in, b, State.TRAILER_VALUE) : Verdict.BAD_FIELD_VALUE;
    }

    private Verdict trailerByte(ByteBuf in, byte b, State next) {
        trailerBytes++;
        return trailerBytes > MAX_TRAILER_BYTES ? Verdict.TRAILER_TOO_LARGE : take(in, b, next, false);
    }

    private Verdict expect(ByteBuf in, byte b, byte wanted, State next, boolean keep) {
        return b == wanted ? take(in, b, next, keep) : Verdict.BAD_CHUNK;
    }

    /** Steps over a byte that is as it should be, and keeps it or not. */
    private Verdict take(ByteBuf in, byte b, State next, boolean keep) {
        if (keep) {
            if (writeAt != readAt) {
                in.setByte(writeAt, b);
            }
            writeAt++;
        }
        readAt++;
        state = next;
        return Verdict.OK;
    }
}
