package io.weir.core.model;

import java.time.Duration;

/**
 * The deadlines of an HTTP listener, each 100ms..1h.
 *
 * @param idle a client's connection between two requests, default 15 s (CLB-34)
 * @param header from the first byte of a request to the end of its head, default 10 s, then 408
 * @param request from the end of the request, its body included, to the end of the answer's head, default 60 s, then 504 (CLB-34); a route may set its own
 * @param body the longest pause while a body moves, default 30 s: 408 when the client stalls, a cut connection when the answer has begun
 */
public record HttpTimeouts(Duration idle, Duration header, Duration request, Duration body) {
    public static final Duration MIN = Duration.ofMillis(100);
    public static final Duration MAX = Duration.ofHours(1);
    public static final HttpTimeouts DEFAULT = new HttpTimeouts(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(60),
            Duration.ofSeconds(30));

    public HttpTimeouts {
        range("idleTimeout", idle);
        range("headerTimeout", header);
        range("requestTimeout", request);
        range("bodyTimeout", body);
    }

    private static void range(String name, Duration value) {
        if (value.compareTo(MIN) < 0 || value.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(name + " is " + value + ", want 100ms..1h");
        }
    }
}
