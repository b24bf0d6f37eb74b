package io.weir.daemon.webhook;

import io.weir.core.telemetry.Event;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The names that an event goes by in {@code webhooks.NAME.events}: its type, and for a backend's change of state the state that it entered,
 * {@code backend.ejected}, and {@code backend.readmitted} when it is back in service. Any thread.
 */
final class EventNames {
    /** What webhooks tell of themselves is told to no webhook: one that fails would be told so without end. */
    static final String OWN = "webhook.";

    private static final Set<String> OUT = Set.of("ejected", "unhealthy");
    private static final Set<String> IN = Set.of("healthy", "warming");

    private EventNames() {
    }

    static Set<String> of(Event event) {
        Set<String> names = new LinkedHashSet<>();
        names.add(event.type());
        if (event.type().equals("backend.state")) {
            String to = event.details().getOrDefault("to", "");
            names.add("backend." + to);
            if (IN.contains(to) && OUT.contains(event.details().getOrDefault("from", ""))) {
                names.add("backend.readmitted");
            }
        }
        return names;
    }

    /** @param wanted empty: all */
    static boolean asked(Event event, Set<String> wanted) {
        return !event.type().startsWith(OWN) && (wanted.isEmpty() || of(event).stream().anyMatch(wanted::contains));
    }
}
