package io.weir.testkit;

import java.util.List;
import java.util.Optional;

/**
 * An HTTP request as a {@link RecordingBackend} received it.
 *
 * @param line the request line
 * @param fields the field lines as they came, without their line ends
 * @param body with its chunking undone, one character for each byte
 */
public record RecordedRequest(String line, List<String> fields, String body) {
    public RecordedRequest {
        fields = List.copyOf(fields);
    }

    public String method() {
        return line.split(" ", -1)[0];
    }

    public String target() {
        return line.split(" ", -1)[1];
    }

    /** The value of the first field with this name, in any case. */
    public Optional<String> field(String name) {
        return values(name).stream().findFirst();
    }

    /** The values of all fields with this name, in any case. */
    public List<String> values(String name) {
        String prefix = name + ":";
        return fields.stream()
            .filter(field -> field.regionMatches(true, 0, prefix, 0, prefix.length()))
            .map(field -> field.substring(prefix.length()).strip())
            .toList();
    }
}
