package io.weir.net.tls;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The keys of session tickets: the first seals, all open (RFC 5077 4). Who has one can read what was said in the sessions that it sealed, so they
 * are changed as time goes by. Immutable, any thread.
 */
public final class TicketKeys {
    /** A name of 16 bytes, an HMAC key of 16, an AES key of 16. */
    public static final int KEY_BYTES = 48;
    /** Besides the first. */
    private static final int MOST_OLD = 2;
    private static final int MOST_IN_A_FILE = 16;

    private final List<byte[]> keys;

    private TicketKeys(List<byte[]> keys) {
        this.keys = List.copyOf(keys);
    }

    /** One key, at random. */
    public static TicketKeys random() {
        return new TicketKeys(List.of(fresh()));
    }

    /** Those that {@link #inBase64} gave; {@link IllegalArgumentException} if one is no key. */
    public static TicketKeys ofBase64(List<String> keys) {
        List<byte[]> bytes = keys.stream().map(Base64.getDecoder()::decode).toList();
        if (bytes.isEmpty() || bytes.stream().anyMatch(key -> key.length != KEY_BYTES)) {
            throw new IllegalArgumentException(bytes.size() + " keys, want 1 or more of " + KEY_BYTES + " bytes");
        }
        return new TicketKeys(bytes);
    }

    /** A text a key, for nobody but a process that ends the same clients' TLS. */
    public List<String> inBase64() {
        return keys.stream().map(Base64.getEncoder()::encodeToString).toList();
    }

    private static byte[] fresh() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /** A new key at random in front; the oldest is forgotten. */
    public TicketKeys rotated() {
        List<byte[]> rotated = new ArrayList<>();
        rotated.add(fresh());
        rotated.addAll(keys.subList(0, Math.min(MOST_OLD, keys.size())));
        return new TicketKeys(rotated);
    }

    /**
     * The keys of a file: a line a key in base64; blocks.
     *
     * @throws UnusableFile if it cannot be read or a line is no key
     */
    public static TicketKeys read(Path file) throws UnusableFile {
        List<String> lines = CertificateChain.text(file).lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        if (lines.isEmpty() || lines.size() > MOST_IN_A_FILE) {
            throw new UnusableFile(file, "it has " + lines.size() + " lines, want 1.." + MOST_IN_A_FILE + " keys");
        }
        List<byte[]> keys = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            keys.add(key(file, i + 1, lines.get(i)));
        }
        return new TicketKeys(keys);
    }

    private static byte[] key(Path file, int line, String base64) throws UnusableFile {
        try {
            byte[] key = Base64.getDecoder().decode(base64);
            if (key.length == KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        throw new UnusableFile(file, "line " + line + " is no key, want " + KEY_BYTES + " bytes in base64 (openssl rand -base64 48)");
    }

    List<byte[]> keys() {
        return keys;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TicketKeys that
                && Arrays.deepEquals(keys.toArray(byte[][]::new), that.keys.toArray(byte[][]::new));
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(keys.toArray(byte[][]::new));
    }
}
