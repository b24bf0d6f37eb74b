package io.weir.l7.head;

/**
 * Walks the tokens of a field whose value is a comma-separated list (RFC 9110 5.6.1), empty elements skipped. Confined
 * to one event loop.
 */
public final class OptionList {
    private byte[] bytes = {};
    private int next;
    private int end;
    private int at;
    private int length;
    private boolean wellFormed;

    public OptionList over(MessageHead head, int field) {
        bytes = head.bytes();
        next = head.valueAt(field);
        end = head.valueEnd(field);
        wellFormed = true;
        return this;
    }

    /** Steps to the next token; false at the end, or where something that is no token stands. */
    public boolean next() {
        while (wellFormed && next < end) {
            at = next;
            int i = at;
            while (i < end && Ascii.isTokenByte(bytes[i])) {
                i++;
            }
            length = i - at;
            i = skipSpace(i);
            wellFormed = i == end || bytes[i] == ',';
            next = skipSpace(i + 1);
            if (length > 0) {
                return wellFormed;
            }
        }
        return false;
    }

    /** Whether all elements so far were tokens. */
    public boolean wellFormed() {
        return wellFormed;
    }

    public int at() {
        return at;
    }

    public int length() {
        return length;
    }

    public boolean is(byte[] lower) {
        return Ascii.equalsIgnoreCase(bytes, at, length, lower);
    }

    private int skipSpace(int from) {
        int i = from;
        while (i < end && (bytes[i] == Ascii.SP || bytes[i] == Ascii.HTAB)) {
            i++;
        }
        return i;
    }
}
