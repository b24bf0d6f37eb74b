package io.weir.l7.guard;

import io.weir.l7.head.Ascii;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Token;

/** What the Content-Length fields of a request say, each of which may be a list (RFC 9110 8.6). Confined to one event loop. */
final class ContentLength {
    private static final int LONGEST_NUMBER = 20;

    private int first;
    private int numbers;
    private long value;
    private boolean malformed;
    private boolean conflicting;
    private boolean padded;

    void clear() {
        numbers = 0;
        malformed = conflicting = padded = false;
    }

    /** Adds what one Content-Length field says. */
    void add(MessageHead head, int field) {
        if (numbers == 0) {
            first = field;
        }
        byte[] bytes = head.bytes();
        int end = head.valueEnd(field);
        for (int at = head.valueAt(field); at <= end; at++) {
            int from = at;
            while (at < end && bytes[at] != ',') {
                at++;
            }
            number(bytes, from, at);
        }
    }

    private void number(byte[] bytes, int from, int to) {
        int at = from;
        int end = to;
        while (at < end && isSpace(bytes[at])) {
            at++;
        }
        while (at < end && isSpace(bytes[end - 1])) {
            end--;
        }
        long number = Body.parseLength(bytes, at, end);
        malformed |= number < 0;
        conflicting |= numbers > 0 && number != value;
        padded |= end - at > 1 && bytes[at] == '0';
        value = number;
        numbers++;
    }

    private static boolean isSpace(byte b) {
        return b == Ascii.SP || b == Ascii.HTAB;
    }

    boolean given() {
        return numbers > 0;
    }

    /** Bytes of the body; only where the verdict is not severe. */
    long value() {
        return value;
    }

    Verdict verdict() {
        if (malformed) {
            return Verdict.BAD_LENGTH;
        }
        if (conflicting) {
            return Verdict.SEVERAL_LENGTHS;
        }
        if (numbers > 1) {
            return Verdict.REPEATED_LENGTH;
        }
        return padded ? Verdict.PADDED_LENGTH : Verdict.OK;
    }

    /** Leaves one field with one plain number. */
    void makePlain(MessageHead head) {
        if (numbers == 1 && !padded) {
            return;
        }
        byte[] number = new byte[LONGEST_NUMBER];
        head.value(first, number, 0, Ascii.putDecimal(number, 0, value));
        removeFrom(head, first + 1);
    }

    /** Leaves no field: the coding says where the body ends (RFC 9112 6.3). */
    void remove(MessageHead head) {
        removeFrom(head, first);
    }

    private static void removeFrom(MessageHead head, int from) {
        for (int field = from; field < head.fields(); field++) {
            if (head.token(field) == Token.CONTENT_LENGTH) {
                head.remove(field);
            }
        }
    }
}
