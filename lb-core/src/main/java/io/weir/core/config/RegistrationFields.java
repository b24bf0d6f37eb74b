package io.weir.core.config;

import io.weir.core.model.Backend;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a member says of itself when it registers, judged by the shapes of the traffic configuration. Immutable, any thread. */
public sealed interface RegistrationFields {
    /** @param ttl empty: as its pool has it */
    record Read(Backend backend, Optional<Duration> ttl) implements RegistrationFields {}

    /** All that is wrong with it. */
    record Refused(List<Problem> problems) implements RegistrationFields {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Reads the mapping {@code {address, zone, weight, maxConnections, ttl}}.
     *
     * @param zones that it may name
     */
    static RegistrationFields read(String name, ConfigDocument body, Set<String> zones) {
        return RegistrationKeys.read(name, body, zones);
    }
}
