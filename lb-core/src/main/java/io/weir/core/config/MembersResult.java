package io.weir.core.config;

import io.weir.core.model.Backend;
import java.util.List;

/** What became of a {@link MembersFile}: read whole, or refused with all that is wrong. */
public sealed interface MembersResult {
    /** The backends in the order of the file; no name stands twice. */
    record Read(List<Backend> backends) implements MembersResult {
        public Read {
            backends = List.copyOf(backends);
        }
    }

    /** None of it counts. */
    record Refused(List<Problem> problems) implements MembersResult {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
