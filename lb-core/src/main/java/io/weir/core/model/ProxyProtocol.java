package io.weir.core.model;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** The PROXY protocol header that a pool's backends get in front of the first byte (CLB-41). */
public sealed interface ProxyProtocol {
    ProxyProtocol NONE = Fixed.NONE;
    ProxyProtocol V1 = Fixed.V1;

    /** Version 2 without additional fields. */
    ProxyProtocol V2 = new Version2(List.of());

    /** What has nothing to choose. */
    enum Fixed implements ProxyProtocol {
        NONE, V1
    }

    /**
     * Version 2 with additional fields (NLB-08).
     *
     * @param checksum adds the CRC32c of the header (PROXY protocol 2.2.3)
     * @param uniqueId adds an identifier that no other connection has (2.2.5)
     * @param tls adds what is known of the client's TLS (2.2.1, 2.2.2, 2.2.6)
     * @param fields in this order; {@link #MAX_FIELD_BYTES} of values together
     */
    record Version2(boolean checksum, boolean uniqueId, boolean tls, List<Field> fields) implements ProxyProtocol {
        /** A header that backends with small buffers take, too. */
        public static final int MAX_FIELD_BYTES = 1024;

        /** With these fields alone. */
        public Version2(List<Field> fields) {
            this(false, false, false, fields);
        }

        public Version2 {
            fields = List.copyOf(fields);
            int bytes = fields.stream().mapToInt(field -> field.bytes().length).sum();
            if (bytes > MAX_FIELD_BYTES) {
                throw new IllegalArgumentException("fields have " + bytes + " bytes, want at most " + MAX_FIELD_BYTES);
            }
        }
    }

    /**
     * A field of the operator's own.
     *
     * @param type of the range that the specification leaves to applications (2.2.8)
     * @param hex the value, two lower-case digits a byte
     */
    record Field(int type, String hex) {
        public static final int MIN_TYPE = 0xe0;
        public static final int MAX_TYPE = 0xef;

        public Field {
            if (type < MIN_TYPE || type > MAX_TYPE) {
                throw new IllegalArgumentException("type is " + type + ", want " + MIN_TYPE + ".." + MAX_TYPE);
            }
            if (!hex.matches("([0-9a-f]{2})+")) {
                throw new IllegalArgumentException("'" + hex + "', want an even number of hexadecimal digits");
            }
        }

        /** With the UTF-8 bytes of a text. */
        public static Field ofText(int type, String text) {
            return new Field(type, HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)));
        }

        public byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }
    }
}
