package io.weir.net;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Identifiers of connections: one half names the process, the other is of a sequence of the loop that no value comes back
 * in. Any thread.
 */
final class UniqueId {
    static final int BYTES = 32;

    private static final String PROCESS = HexFormat.of().toHexDigits(new SecureRandom().nextLong());

    private UniqueId() {
    }

    /** 32 hexadecimal digits in ASCII: what backends write into their logs. */
    static byte[] next() {
        return (PROCESS + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())).getBytes(StandardCharsets.US_ASCII);
    }
}
