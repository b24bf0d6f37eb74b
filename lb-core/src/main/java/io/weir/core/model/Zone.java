package io.weir.core.model;

import java.util.Optional;

/** A failure domain that backends and nodes stand in. */
public record Zone(String name, Optional<String> region) {
    public Zone {
        Names.check("zone", name);
    }
}
