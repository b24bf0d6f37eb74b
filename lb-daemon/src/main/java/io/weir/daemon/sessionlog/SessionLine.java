package io.weir.daemon.sessionlog;

import io.weir.daemon.control.Addresses;
import io.weir.net.session.SessionEnd;
import io.weir.net.session.SessionInfo;
import java.time.Instant;

/** A session that has ended as one line of JSON. Names and addresses have no character that JSON escapes. Any thread. */
final class SessionLine {
    private SessionLine() {
    }

    /** @param at when the session ended, give or take the time that it waited in the queue */
    static String of(SessionEnd end, Instant at) {
        SessionInfo session = end.session();
        StringBuilder line = new StringBuilder(256).append("{\"at\":\"").append(at).append('"');
        text(line, "listener", session.listener());
        text(line, "client", Addresses.text(session.client()));
        session.backend().ifPresent(key -> {
            text(line, "pool", key.pool());
            text(line, "backend", key.backend());
        });
        session.address().ifPresent(address -> text(line, "address", Addresses.text(address)));
        line.append(",\"durationMs\":").append(session.age().toMillis());
        line.append(",\"bytesIn\":").append(session.bytesToBackend()).append(",\"bytesOut\":").append(session.bytesToClient());
        text(line, "end", end.reason().text());
        return line.append("}\n").toString();
    }

    private static void text(StringBuilder line, String field, String value) {
        line.append(",\"").append(field).append("\":\"").append(value).append('"');
    }
}
