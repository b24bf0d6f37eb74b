package io.weir.core.model;

import java.nio.file.Path;

/**
 * Where layer 4 sessions are logged when they have ended.
 *
 * @param rotateAt bytes after which the file makes way for a new one
 * @param keep how many older files stay, {@code file.1} the newest of them
 */
public record SessionLogging(Path file, long rotateAt, int keep) {
    public static final long MIN_ROTATE_AT = 1 << 10;
    public static final long DEFAULT_ROTATE_AT = 64 << 20;
    public static final int MAX_KEEP = 1000;
    public static final int DEFAULT_KEEP = 8;

    public SessionLogging {
        if (rotateAt < MIN_ROTATE_AT || keep < 1 || keep > MAX_KEEP) {
            throw new IllegalArgumentException("rotateAt is " + rotateAt + " and keep " + keep);
        }
    }
}
