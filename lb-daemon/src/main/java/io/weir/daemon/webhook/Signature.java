package io.weir.daemon.webhook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proves who sent a body and when: {@code sha256=} and the HMAC-SHA256 (RFC 2104) in hex of the timestamp, a dot and the body. The receiver
 * makes the same of what it got and refuses timestamps that are old, so that a body cannot be sent a second time by somebody else. Any thread.
 */
final class Signature {
    private static final int MAX_SECRET_BYTES = 4_096;

    private Signature() {
    }

    /** @param timestamp seconds since 1970, as the field X-Weir-Timestamp has it */
    static String of(byte[] secret, String timestamp, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update((timestamp + ".").getBytes(StandardCharsets.US_ASCII));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has HmacSHA256", e);
        }
    }

    /**
     * The bytes of the file without the line end that editors add. Read for each attempt, so that a new secret holds from the next one on.
     *
     * @throws IOException also when it is empty or long: nothing is sent unsigned that should be signed
     */
    static byte[] secret(Path file) throws IOException {
        if (Files.size(file) > MAX_SECRET_BYTES) {
            throw new IOException(file + " has more than " + MAX_SECRET_BYTES + " bytes");
        }
        byte[] secret = Files.readString(file, StandardCharsets.ISO_8859_1).stripTrailing().getBytes(StandardCharsets.ISO_8859_1);
        if (secret.length == 0) {
            throw new IOException(file + " is empty");
        }
        return secret;
    }
}
