package io.weir.l7.head;

import io.netty.buffer.ByteBuf;

/**
 * Copies a head out of the received bytes and finds its end and its parts in one pass. Confined to one event loop.
 *
 * <p>Every byte is looked at once, also when the head arrives in many pieces: the scanner stops at any byte and goes on
 * there. Syntax is strict (RFC 9112 2.2, 3, 4, 5): lines end in CRLF, parts of the start line are separated by one
 * space, no folded fields, no control characters. What the fields mean is judged elsewhere.
 */
public final class HeadScanner {
    private static final int BLOCK = 2048;
    private static final int LONGEST_METHOD = 64;
    private static final int VERSION_LENGTH = 8;
    private static final int STATUS_DIGITS = 3;
    private static final long HTTP_1_DOT = packedVersion();
    private static final long ALL_BUT_LAST = -1L >>> Byte.SIZE;

    private enum State {
        FIRST,
        FIRST_LF,
        METHOD,
        TARGET,
        VERSION,
        STATUS_VERSION,
        STATUS,
        REASON,
        START_LF,
        LINE,
        NAME,
        SPACE,
        VALUE,
        VALUE_LF,
        LAST_LF
    }

    private final MessageHead head;
    private final boolean request;
    private HeadLimits limits;

    private State state = State.FIRST;
    private Scan fault = Scan.PARTIAL;
    private int at;
    private int partAt;
    private int nameAt;
    private int nameEnd;
    private boolean underscored;

    private HeadScanner(MessageHead head, boolean request, HeadLimits limits) {
        this.head = head;
        this.request = request;
        this.limits = limits;
    }

    public static HeadScanner ofRequests(MessageHead head, HeadLimits limits) {
        return new HeadScanner(head, true, limits);
    }

    public static HeadScanner ofResponses(MessageHead head, HeadLimits limits) {
        return new HeadScanner(head, false, limits);
    }

    public MessageHead head() {
        return head;
    }

    /** Whether nothing of a message was seen yet; an empty line before the first one does not count. */
    public boolean untouched() {
        return state == State.FIRST;
    }

    /** Starts on the next message, with the limits that hold for it. */
    public void reset(HeadLimits newLimits) {
        limits = newLimits;
        head.clear();
        state = State.FIRST;
        fault = Scan.PARTIAL;
        at = partAt = 0;
    }

    /**
     * Goes on with the bytes of {@code in}. On {@link Scan#COMPLETE} its reader index stands behind the head; on
     * {@link Scan#PARTIAL} all was taken; on a fault it stands anywhere and the scanner wants a {@link #reset}.
     */
    public Scan scan(ByteBuf in) {
        while (in.isReadable()) {
            int count = Math.min(Math.min(in.readableBytes(), BLOCK), limits.headBytes() - head.length());
            if (count == 0) {
                return Scan.HEAD_TOO_LARGE;
            }
            in.readBytes(head.room(count), head.length(), count);
            head.appended(count);
            Scan found = run();
            if (found == Scan.COMPLETE) {
                int beyond = head.length() - at;
                in.readerIndex(in.readerIndex() - beyond);
                head.appended(-beyond);
            }
            if (found != Scan.PARTIAL) {
                return found;
            }
        }
        return Scan.PARTIAL;
    }

    private Scan run() {
        byte[] bytes = head.bytes();
        int end = head.length();
        while (at < end) {
            boolean goesOn = switch (state) {
                case FIRST -> first(bytes);
                case FIRST_LF -> lineFeed(bytes, request ? State.METHOD : State.STATUS_VERSION);
                case METHOD -> method(bytes, end);
                case TARGET -> target(bytes, end);
                case VERSION -> version(bytes, end);
                case STATUS_VERSION -> statusVersion(bytes, end);
                case STATUS -> status(bytes, end);
                case REASON -> reason(bytes, end);
                case START_LF -> lineFeed(bytes, State.LINE);
                case LINE -> line(bytes);
                case NAME -> name(bytes, end);
                case SPACE -> space(bytes, end);
                case VALUE -> value(bytes, end);
                case VALUE_LF -> lineFeed(bytes, State.LINE);
                case LAST_LF -> lineFeed(bytes, State.FIRST) && complete();
            };
            if (!goesOn) {
                return fault;
            }
        }
        return Scan.PARTIAL;
    }

    private boolean complete() {
        fault = Scan.COMPLETE;
        return false;
    }

    private boolean refuse(Scan why) {
        fault = why;
        return false;
    }

    private boolean lineFeed(byte[] bytes, State next) {
        if (bytes[at] != Ascii.LF) {
            return refuse(Scan.BAD_LINE_END);
        }
        at++;
        partAt = at;
        state = next;
        return true;
    }

    /** One empty line before a request is skipped (RFC 9112 2.2); before an answer it is a fault. */
    private boolean first(byte[] bytes) {
        partAt = at;
        if (request && bytes[at] == Ascii.CR) {
            at++;
            state = State.FIRST_LF;
        } else {
            state = request ? State.METHOD : State.STATUS_VERSION;
        }
        return true;
    }

    private boolean method(byte[] bytes, int end) {
        int i = at;
        while (i < end && Ascii.isTokenByte(bytes[i])) {
            i++;
        }
        at = i;
        if (i - partAt > LONGEST_METHOD) {
            return refuse(Scan.BAD_METHOD);
        }
        if (i == end) {
            return true;
        }
        if (bytes[i] != Ascii.SP || i == partAt) {
            return refuse(Scan.BAD_METHOD);
        }
        head.method(partAt, i);
        return next(State.TARGET);
    }

    private boolean target(byte[] bytes, int end) {
        int i = at;
        while (i < end && Ascii.isTargetByte(bytes[i])) {
            i++;
        }
        at = i;
        if (i - partAt > limits.targetBytes()) {
            return refuse(Scan.TARGET_TOO_LONG);
        }
        if (i == end) {
            return true;
        }
        if (bytes[i] != Ascii.SP || i == partAt) {
            return refuse(Scan.BAD_TARGET);
        }
        head.target(partAt, i);
        return next(State.VERSION);
    }

    private boolean version(byte[] bytes, int end) {
        while (at < end && bytes[at] != Ascii.CR) {
            at++;
            if (at - partAt > VERSION_LENGTH) {
                return refuse(Scan.BAD_VERSION);
            }
        }
        if (at == end) {
            return true;
        }
        return versionAt(bytes, partAt, at - partAt) && next(State.START_LF);
    }

    private boolean statusVersion(byte[] bytes, int end) {
        while (at < end && bytes[at] != Ascii.SP) {
            at++;
            if (at - partAt > VERSION_LENGTH) {
                return refuse(Scan.BAD_VERSION);
            }
        }
        if (at == end) {
            return true;
        }
        return versionAt(bytes, partAt, at - partAt) && next(State.STATUS);
    }

    private boolean versionAt(byte[] bytes, int from, int length) {
        if (length != VERSION_LENGTH) {
            return refuse(Scan.BAD_VERSION);
        }
        byte minor = bytes[from + VERSION_LENGTH - 1];
        if (!Ascii.isDigit(minor)) {
            return refuse(Scan.BAD_VERSION);
        }
        if ((Ascii.longAt(bytes, from) & ALL_BUT_LAST) != HTTP_1_DOT) {
            return refuse(otherMajor(bytes, from) ? Scan.UNSUPPORTED_VERSION : Scan.BAD_VERSION);
        }
        head.minorVersion(minor == '0' ? 0 : 1);
        return true;
    }

    private static boolean otherMajor(byte[] bytes, int from) {
        int major = from + VERSION_LENGTH - 3;
        return bytes[from] == 'H'
                && bytes[from + 1] == 'T'
                && bytes[from + 2] == 'T'
                && bytes[from + 3] == 'P'
                && bytes[from + 4] == '/'
                && Ascii.isDigit(bytes[major])
                && bytes[major + 1] == '.';
    }

    private boolean status(byte[] bytes, int end) {
        while (at < end && at - partAt < STATUS_DIGITS) {
            if (!Ascii.isDigit(bytes[at])) {
                return refuse(Scan.BAD_STATUS_LINE);
            }
            at++;
        }
        if (at == end) {
            return true;
        }
        head.status((bytes[partAt] - '0') * 100 + (bytes[partAt + 1] - '0') * 10 + bytes[partAt + 2] - '0');
        if (bytes[at] == Ascii.SP) {
            return next(State.REASON);
        }
        head.reason(at, at);
        return bytes[at] == Ascii.CR ? next(State.START_LF) : refuse(Scan.BAD_STATUS_LINE);
    }

    private boolean reason(byte[] bytes, int end) {
        int i = at;
        while (i < end && Ascii.isValueByte(bytes[i])) {
            i++;
        }
        at = i;
        if (i == end) {
            return true;
        }
        head.reason(partAt, i);
        return bytes[i] == Ascii.CR ? next(State.START_LF) : refuse(Scan.BAD_STATUS_LINE);
    }

    private boolean line(byte[] bytes) {
        byte b = bytes[at];
        if (b == Ascii.CR) {
            return next(State.LAST_LF);
        }
        if (b == Ascii.SP || b == Ascii.HTAB) {
            return refuse(Scan.FOLDED_FIELD);
        }
        if (head.fields() == limits.fields()) {
            return refuse(Scan.TOO_MANY_FIELDS);
        }
        nameAt = at;
        underscored = false;
        state = State.NAME;
        return true;
    }

    private boolean name(byte[] bytes, int end) {
        int i = at;
        boolean underscore = underscored;
        while (i < end && Ascii.isTokenByte(bytes[i])) {
            underscore |= bytes[i] == '_';
            i++;
        }
        at = i;
        underscored = underscore;
        if (i == end) {
            return true;
        }
        if (bytes[i] != ':' || i == nameAt) {
            return refuse(bytes[i] == Ascii.LF ? Scan.BAD_LINE_END : Scan.BAD_FIELD_NAME);
        }
        nameEnd = i;
        return next(State.SPACE);
    }

    private boolean space(byte[] bytes, int end) {
        while (at < end && (bytes[at] == Ascii.SP || bytes[at] == Ascii.HTAB)) {
            at++;
        }
        partAt = at;
        if (at < end) {
            state = State.VALUE;
        }
        return true;
    }

    private boolean value(byte[] bytes, int end) {
        int i = at;
        while (i < end && Ascii.isValueByte(bytes[i])) {
            i++;
        }
        at = i;
        if (i == end) {
            return true;
        }
        if (bytes[i] != Ascii.CR) {
            return refuse(bytes[i] == Ascii.LF ? Scan.BAD_LINE_END : Scan.BAD_FIELD_VALUE);
        }
        int valueEnd = i;
        while (valueEnd > partAt && (bytes[valueEnd - 1] == Ascii.SP || bytes[valueEnd - 1] == Ascii.HTAB)) {
            valueEnd--;
        }
        head.field(nameAt, nameEnd, underscored, partAt, valueEnd);
        return next(State.VALUE_LF);
    }

    /** Steps over the separator that stands at {@link #at}. */
    private boolean next(State next) {
        at++;
        partAt = at;
        state = next;
        return true;
    }

    private static long packedVersion() {
        byte[] text = Ascii.bytes("HTTP/1.\0");
        return Ascii.longAt(text, 0);
    }
}
