package io.weir.core.telemetry;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
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
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /** {@code backend.state shop/i-01 from=healthy to=unhealthy cause="..."}. */
    public String line() {
        StringBuilder line = new StringBuilder(type).append(' ').append(subject);
        details.forEach((key, value) -> line.append(' ').append(key).append('=').append(quoted(value)));
        return line.toString();
    }

    /** Control characters are escaped too: one event is one line, whoever made the text. */
    private static String quoted(String value) {
        if (!value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c != '"' && c != '=' && c != 0x7f)) {
            return value;
        }
        StringBuilder quoted = new StringBuilder(value.length() + 8).append('"');
        value.chars().forEach(c -> {
            if (Character.isISOControl(c)) {
                quoted.append("\\u%04x".formatted(c));
            } else {
                quoted.append(c == '"' || c == '\\' ? "\\" : "").append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
