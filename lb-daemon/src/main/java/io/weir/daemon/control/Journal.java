package io.weir.daemon.control;

import io.weir.core.telemetry.EventLog;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells what changed, with the time. Any thread but those that carry traffic. */
public record Journal(EventLog events, InstantSource clock) {

    /** @param details name, value, name, value in the order in which they are shown */
    public void tell(String type, String subject, String... details) {
        Map<String, String> ordered = new LinkedHashMap<>();
        for (int i = 0; i < details.length; i += 2) {
            ordered.put(details[i], details[i + 1]);
        }
        events.add(clock.instant(), type, subject, ordered);
    }
}
