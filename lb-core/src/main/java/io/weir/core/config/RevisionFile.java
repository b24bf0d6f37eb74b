package io.weir.core.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A revision as bytes: a comment line with the SHA-256 of all that follows it, a comment line with the header as JSON, then the text. So a
 * damaged file is known as such, and a whole one is still a configuration that {@code weir apply} takes. Any thread.
 */
final class RevisionFile {
    private static final String MAGIC = "# weir revision 1 sha256 ";
    private static final int FIRST_LINE = MAGIC.length() + Sha256.HEX_LENGTH + 1;
    private static final String HEADER = "# ";
    private static final JsonMapper JSON = JsonMapper.shared();

    private RevisionFile() {}

    static byte[] encode(Revision revision) {
        Map<String, Object> header = Scalars.ordered("number", revision.number(), "at", revision.at().toString(), "by", revision.by(),
                "summary",
                revision.summary(), "hash", revision.hash());
        byte[] rest = (HEADER + JSON.writeValueAsString(header) + "\n" + revision.text()).getBytes(StandardCharsets.UTF_8);
        byte[] first = (MAGIC + Sha256.hex(rest) + "\n").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(first.length + rest.length).put(first).put(rest).array();
    }

    /** The revision; empty unless every byte is as it was written. */
    static Optional<Revision> decode(byte[] bytes) {
        if (bytes.length < FIRST_LINE) {
            return Optional.empty();
        }
        byte[] rest = new byte[bytes.length - FIRST_LINE];
        System.arraycopy(bytes, FIRST_LINE, rest, 0, rest.length);
        String first = new String(bytes, 0, FIRST_LINE, StandardCharsets.ISO_8859_1);
        return first.equals(MAGIC + Sha256.hex(rest) + "\n") ? parsed(rest) : Optional.empty();
    }

    private static Optional<Revision> parsed(byte[] rest) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(rest)).toString();
            int end = text.indexOf('\n');
            JsonNode header = JSON.readTree(text.substring(HEADER.length(), end));
            return Optional.of(new Revision(header.required("number").asLong(), Instant.parse(header.required("at").asString()),
                    header.required("by").asString(), header.required("summary").asString(), text.substring(end + 1),
                    header.required("hash").asString()));
        } catch (CharacterCodingException | JacksonException | DateTimeException | IllegalArgumentException | IndexOutOfBoundsException _) {
            return Optional.empty();
        }
    }
}
