package io.weir.net.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/** Reads private keys in the three forms that tools write: PKCS #8, PKCS #1 (RSA) and SEC 1 (EC). Any thread. */
final class PrivateKeyBlock {
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    private static final byte[] RSA = {0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01,
        0x05,
        0x00};
    private static final byte[] EC_OID = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    /** [0], the curve in a key of SEC 1. */
    private static final int PARAMETERS = 0xa0;

    private PrivateKeyBlock() {}

    /**
     * The key in the first block that holds one.
     *
     * @throws IllegalArgumentException if there is none, or of no kind that servers use
     */
    static PrivateKey first(List<Pem> blocks) {
        for (Pem block : blocks) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return key(block.der());
                }
                case "RSA PRIVATE KEY" -> {
                    return key(sequence(VERSION_0, RSA, element(OCTETS, block.der())));
                }
                case "EC PRIVATE KEY" -> {
                    return key(sequence(VERSION_0, element(SEQUENCE, joined(EC_OID, curve(block.der()))), element(OCTETS, block.der())));
                }
                default -> {}
            }
        }
        throw new IllegalArgumentException("there is no private key in it");
    }

    private static PrivateKey key(byte[] pkcs8) {
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException _) {
                // of another algorithm
            }
        }
        throw new IllegalArgumentException("the private key cannot be read, want RSA, EC or Ed25519");
    }

    /** The object identifier of a SEC 1 key's curve (RFC 5915 3). */
    private static byte[] curve(byte[] sec1) {
        Der key = new Der(sec1).open(SEQUENCE);
        while (key.hasMore()) {
            if (key.tag() == PARAMETERS) {
                return key.content();
            }
            key.skip();
        }
        throw new IllegalArgumentException("the EC key does not name its curve");
    }

    private static byte[] sequence(byte[]... parts) {
        return element(SEQUENCE, joined(parts));
    }

    private static byte[] element(int tag, byte[] content) {
        var bytes = new ByteArrayOutputStream();
        bytes.write(tag);
        if (content.length < 0x80) {
            bytes.write(content.length);
        } else {
            bytes.write(0x82);
            bytes.write(content.length >> 8);
            bytes.write(content.length);
        }
        bytes.writeBytes(content);
        return bytes.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        var bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    /** Walks over elements of DER, as far as keys need it. */
    private static final class Der {
        private final byte[] bytes;
        private int at;

        Der(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean hasMore() {
            return at < bytes.length;
        }

        int tag() {
            return bytes[at] & 0xff;
        }

        Der open(int tag) {
            if (!hasMore() || tag() != tag) {
                throw new IllegalArgumentException("the private key cannot be read");
            }
            return new Der(content());
        }

        void skip() {
            var _ = content();
        }

        /** What the element holds; goes on to the next. */
        byte[] content() {
            int lengthAt = at + 1;
            int length = lengthAt < bytes.length ? bytes[lengthAt] & 0xff : -1;
            int from = lengthAt + 1;
            for (int more = length > 0x80 ? length & 0x7f : 0; more > 0; more--) {
                length = from == lengthAt + 1 ? 0 : length;
                length = from < bytes.length && length < 1 << 20 ? length << 8 | (bytes[from] & 0xff) : -1;
                from++;
            }
            if (length < 0 || length > bytes.length - from) {
                throw new IllegalArgumentException("the private key cannot be read");
            }
            at = from + length;
            return java.util.Arrays.copyOfRange(bytes, from, at);
        }
    }
}
