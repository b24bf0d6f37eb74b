package io.weir.core.model;

/**
 * Some bytes of a QUIC connection id, which is 20 bytes long at most (RFC 9000 17.2).
 *
 * @param first 1 for the first byte
 * @param last that belongs to it, at most 16 bytes from {@code first} on
 */
public record ByteRange(int first, int last) {
    public static final int MOST = 20;
    public static final int LONGEST = 16;
    /** Of a client's first datagram, whose connection id has at least 8 bytes (RFC 9000 7.2), all that it must have. */
    public static final ByteRange DEFAULT = new ByteRange(1, 8);

    public ByteRange {
        if (first < 1 || last < first || last > MOST || last - first >= LONGEST) {
            throw new IllegalArgumentException("bytes " + first + "-" + last + ", want up to 16 of 1-20");
        }
    }

    /** Reads {@code 2-4}. */
    public static ByteRange parse(String text) {
        if (!text.matches("[0-9]{1,2}-[0-9]{1,2}")) {
            throw new IllegalArgumentException("'" + text + "', want FIRST-LAST");
        }
        String[] ends = text.split("-", -1);
        return new ByteRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
    }

    public int length() {
        return last - first + 1;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
