package io.weir.core.model;

import java.util.Optional;

/**
 * A failure domain that backends and nodes stand in.
 *
 * @param shifted true: the operator has moved traffic away from it
 */
public record Zone(String name, Optional<String> region, boolean shifted) {
    public Zone {
        Names.check("zone", name);
    }
}
