package io.weir.testkit;

import java.util.List;

/**
 * An answer of a {@link RecordingBackend}, which adds Content-Length and X-Backend.
 *
 * @param fields whole field lines such as {@code "Cache-Control: no-store"}
 * @param body sent as ISO 8859-1, one byte for each character
 */
public record HttpAnswer(int status, List<String> fields, String body) {
    public HttpAnswer {
        fields = List.copyOf(fields);
    }

    public static HttpAnswer ok(String body) {
        return of(200, body);
    }

    public static HttpAnswer of(int status, String body) {
        return new HttpAnswer(status, List.of(), body);
    }
}
