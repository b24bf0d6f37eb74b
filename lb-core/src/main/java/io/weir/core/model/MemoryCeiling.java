package io.weir.core.model;

/**
 * How much memory a node may come to use: new connections are turned away once it is used, until no more than {@code resumeAt} is.
 *
 * @param bytes of the heap, outside it, and in the kernel for sockets, together
 * @param resumeAt bytes, fewer
 */
public record MemoryCeiling(long bytes, long resumeAt) {
    public static final long MIN_BYTES = 64 << 20;

    public MemoryCeiling {
        if (bytes < MIN_BYTES || resumeAt < 0 || resumeAt >= bytes) {
            throw new IllegalArgumentException("ceiling is " + bytes + " and resumeAt " + resumeAt);
        }
    }

    /** One that resumes a tenth below. */
    public MemoryCeiling(long bytes) {
        this(bytes, bytes - bytes / 10);
    }
}
