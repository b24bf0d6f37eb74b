package io.weir.l7.head;

/**
 * What a head may cost before it is refused; checked before memory is taken.
 *
 * @param headBytes start line, fields and line ends together
 * @param targetBytes the request target
 * @param fields field lines
 */
public record HeadLimits(int headBytes, int targetBytes, int fields) {
    public static final HeadLimits REQUEST = new HeadLimits(32 * 1024, 8 * 1024, 100);
    public static final HeadLimits RESPONSE = new HeadLimits(64 * 1024, 8 * 1024, 200);

    public HeadLimits {
        if (headBytes < 1024 || headBytes > 1024 * 1024) {
            throw new IllegalArgumentException("headBytes is " + headBytes + ", want 1KiB..1MiB");
        }
        if (targetBytes < 1 || targetBytes > headBytes) {
            throw new IllegalArgumentException("targetBytes is " + targetBytes + ", want 1.." + headBytes);
        }
        if (fields < 1 || fields > 10_000) {
            throw new IllegalArgumentException("fields is " + fields + ", want 1..10000");
        }
    }
}
