package io.weir.net.tls;

import java.nio.file.Path;

/** A file that TLS needs cannot be used; the message has the cause, without the path. */
public final class UnusableFile extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Path file;

    UnusableFile(Path file, String cause) {
        super(cause);
        this.file = file;
    }

    /** Which one. */
    public Path file() {
        return file;
    }

    /** Why, in one line. */
    public String cause() {
        return String.valueOf(getMessage());
    }
}
