package io.weir.daemon.admin;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a request is answered with. Immutable. */
sealed interface Response {
    int status();

    Map<String, String> headers();

    /** An answer whose length is known. */
    record Whole(int status, Map<String, String> headers, String body) implements Response {
        Whole with(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Whole(status, more, body);
        }
    }

    /** An answer that goes on until the client leaves or the daemon stops. */
    record Stream(int status, Map<String, String> headers, Source source) implements Response {}

    /** Writes a stream, on the virtual thread of the request; it returns or throws to end the stream. */
    @FunctionalInterface
    interface Source {
        void writeTo(Sink sink) throws InterruptedException;
    }

    /** Takes the pieces of a stream. */
    @FunctionalInterface
    interface Sink {
        /** Blocks until the piece is written; false: the client is gone or does not read. */
        boolean write(String piece) throws InterruptedException;
    }

    static Whole json(int status, Object value) {
        return of(status, "application/json", Json.text(value));
    }

    static Whole json(Object value) {
        return json(200, value);
    }

    static Whole text(String mediaType, String text) {
        return of(200, mediaType + "; charset=utf-8", text);
    }

    static Whole problem(ProblemDocument problem) {
        return of(problem.status(), "application/problem+json", Json.text(problem));
    }

    static Whole of(int status, String contentType, String body) {
        return new Whole(status, Map.of("content-type", contentType), body);
    }
}
