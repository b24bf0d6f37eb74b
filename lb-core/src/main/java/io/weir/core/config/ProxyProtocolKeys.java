package io.weir.core.config;

import io.weir.core.model.ProxyProtocol;
import io.weir.core.model.ProxyProtocol.Field;
import io.weir.core.model.ProxyProtocol.Version2;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The keys of a pool's {@code proxyProtocol}. */
final class ProxyProtocolKeys {
    private static final int MAX_BYTES = Version2.MAX_FIELD_BYTES;
    private static final String ONE_OF_THEM = "text or hex, one of them";

    static final Key<Integer> TYPE = Key.required("type", Scalars.whole(Field.MIN_TYPE, Field.MAX_TYPE),
            "0xE0 to 0xEF, which the specification leaves to applications.");
    static final Key<String> TEXT = Key.optional("text", Scalars.text(1, MAX_BYTES), "The value, sent as UTF-8.");
    static final Key<String> HEX = Key.optional("hex", Scalars.parsed("two hexadecimal digits a byte", ProxyProtocolKeys::hex),
            "The value, byte for byte.");
    static final MappingShape<Field> FIELD_FORM = new MappingShape<>(List.of(TYPE, TEXT, HEX), ProxyProtocolKeys::checkField,
            fields -> fields.given(TEXT)
                .map(text -> Field.ofText(fields.get(TYPE), text))
                .orElseGet(() -> new Field(fields.get(TYPE), fields.get(HEX))));

    static final Key<ProxyProtocol> VERSION = Key.otherwise("version", Scalars.choice(versions("v1", "v2"), List.of()), ProxyProtocol.V2,
            "v1 is a line of text and has no fields.");
    static final Key<Boolean> CHECKSUM = Key.otherwise("checksum", Scalars.flag(), false, "Adds a CRC32c of the header.");
    static final Key<Boolean> UNIQUE_ID = Key.otherwise("uniqueId", Scalars.flag(), false,
            "Adds an identifier that no other connection has: 32 hexadecimal digits.");
    static final Key<Boolean> TLS = Key.otherwise("tls", Scalars.flag(), false,
            "Adds what is known of the client's TLS: the server name, and where it ends here the rest.");
    static final Key<List<Field>> FIELDS = Key.otherwise("fields", new SequenceShape<>(FIELD_FORM, 0), List.of(),
            "Fields of your own, 1024 bytes together.");
    static final MappingShape<ProxyProtocol> FORM = new MappingShape<>(List.of(VERSION, CHECKSUM, UNIQUE_ID, TLS, FIELDS),
            ProxyProtocolKeys::check, ProxyProtocolKeys::build);
    static final Shape<ProxyProtocol> SHAPE = new ScalarOr<>(Scalars.choice(versions("none", "v1", "v2"), List.of()), FORM);

    private ProxyProtocolKeys() {}

    private static Map<String, ProxyProtocol> versions(String... words) {
        Map<String, ProxyProtocol> byWord = new LinkedHashMap<>();
        for (String word : words) {
            byWord.put(word, switch (word) {
                case "v1" -> ProxyProtocol.V1;
                case "v2" -> ProxyProtocol.V2;
                default -> ProxyProtocol.NONE;
            });
        }
        return byWord;
    }

    private static String hex(String text) {
        return new Field(Field.MIN_TYPE, text.toLowerCase(Locale.ROOT)).hex();
    }

    private static void checkField(Fields fields) {
        if (fields.has(TEXT) == fields.has(HEX)) {
            fields.problem(HEX, fields.has(TEXT) ? "text and hex" : "neither text nor hex", ONE_OF_THEM);
        }
    }

    private static void check(Fields fields) {
        if (fields.get(VERSION).equals(ProxyProtocol.V1)) {
            for (Key<?> key : List.of(CHECKSUM, UNIQUE_ID, TLS, FIELDS)) {
                if (fields.has(key)) {
                    fields.problem(key, "version v1 has no " + key.name(), "version v2");
                }
            }
        }
        int bytes = fields.get(FIELDS).stream().mapToInt(field -> field.bytes().length).sum();
        if (bytes > MAX_BYTES) {
            fields.problem(FIELDS, bytes + " bytes", "at most " + MAX_BYTES + " bytes together");
        }
    }

    private static ProxyProtocol build(Fields fields) {
        return fields.get(VERSION).equals(ProxyProtocol.V1)
                ? ProxyProtocol.V1
                : new Version2(fields.get(CHECKSUM), fields.get(UNIQUE_ID), fields.get(TLS), fields.get(FIELDS));
    }
}
