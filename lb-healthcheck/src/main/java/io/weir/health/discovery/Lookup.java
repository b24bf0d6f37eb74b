package io.weir.health.discovery;

import io.weir.core.model.Backend;
import java.util.List;

/** What came of asking a source for members. Immutable, any thread. */
public sealed interface Lookup {
    /** Its members, one or more, each name once, always in the same order. */
    record Found(List<Backend> backends) implements Lookup {
        public Found {
            backends = List.copyOf(backends);
            if (backends.isEmpty()) {
                throw new IllegalArgumentException("no member found, want one or more: emptiness is a failure");
            }
        }
    }

    /** It gave no list that can be trusted: the one before stays. */
    record Failed(String cause) implements Lookup {}
}
