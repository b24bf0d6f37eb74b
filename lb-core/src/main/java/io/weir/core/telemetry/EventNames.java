package io.weir.core.telemetry;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The names that an event goes by in {@code webhooks.NAME.events}: its type, and for a backend's change of state the state that it entered,
 * {@code backend.ejected}, and {@code backend.readmitted} when it is back in service. Any thread.
 */
public final class EventNames {
    /** What webhooks tell of themselves is told to no webhook: one that fails would be told so without end. */
    public static final String OWN = "webhook.";

    private static final String STATE = "backend.state";
    private static final String READMITTED = "backend.readmitted";
    private static final Set<String> OUT = Set.of("ejected", "unhealthy");
    private static final Set<String> IN = Set.of("healthy", "warming");
    /** All types but those of webhooks: who tells a new one names it here, so that it can be asked for. */
    private static final Set<String> TYPES = Set.of(STATE, "backend.ejectionRefused", "backend.notProbed", "certificate.expired",
            "certificate.expiring", "certificate.failed", "certificate.loaded", "configuration.applied", "configuration.notStored",
            "listener.closed", "listener.failed", "listener.open", "loop.recovered", "loop.stalled", "overload.began", "overload.ended",
            "pool.capacity", "pool.mode", "pool.quorum", "pool.tier",
            "registration.added", "registration.leaving", "registration.notStored", "registration.removed", "source.dropped",
            "source.failed", "source.kept", "source.members", "source.ok", "source.shadowed", "state.notStored",
            "tlsFile.failed", "tlsFile.loaded");
    private static final Set<String> DERIVED = Set.of(READMITTED, "backend.checking", "backend.healthy", "backend.warming",
            "backend.ejected", "backend.unhealthy", "backend.draining", "backend.drained", "backend.disabled");

    private EventNames() {}

    /** Whether an event is ever told by this name. */
    public static boolean known(String name) {
        return TYPES.contains(name) || DERIVED.contains(name);
    }

    /** All names of an event. */
    public static Set<String> of(Event event) {
        Set<String> names = new LinkedHashSet<>();
        names.add(event.type());
        if (event.type().equals(STATE)) {
            String to = event.details().getOrDefault("to", "");
            names.add("backend." + to);
            if (IN.contains(to) && OUT.contains(event.details().getOrDefault("from", ""))) {
                names.add(READMITTED);
            }
        }
        return names;
    }

    /**
     * Whether a webhook is told of an event.
     *
     * @param wanted empty: all
     */
    public static boolean asked(Event event, Set<String> wanted) {
        return !event.type().startsWith(OWN) && (wanted.isEmpty() || of(event).stream().anyMatch(wanted::contains));
    }
}
