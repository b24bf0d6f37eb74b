package io.weir.core.telemetry;

import java.time.Instant;
import java.util.Map;

/**
 * One change of state, as the log, the API and webhooks tell it.
 *
 * @param id counts up by one from 1 within a run of the daemon
 * @param type noun and verb, such as {@code backend.state} or {@code configuration.applied}
 * @param subject what it happened to, such as {@code shop/i-01}
 * @param details in the order in which they are shown
 */
public record Event(long id, Instant at, String type, String subject, Map<String, String> details) {
    public Event {
        details = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(details));
    }

    /** {@code backend.state shop/i-01 from=healthy to=unhealthy cause="..."}. */
    public String line() {
        StringBuilder line = new StringBuilder(type).append(' ').append(subject);
        details.forEach((key, value) -> line.append(' ').append(key).append('=').append(quoted(value)));
        return line.toString();
    }

    private static String quoted(String value) {
        boolean plain = !value.isEmpty() && value.chars().noneMatch(c -> c <= ' ' || c == '"' || c == '=');
        return plain ? value : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
