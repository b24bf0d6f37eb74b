package io.weir.daemon.admin;

import io.weir.daemon.control.SourceStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A pool's source of members as lists show it; see {@link SourceStatus}. */
record SourceRow(String pool, String source, String state, String cause, Instant since, int members, int dropped, int shadowed,
        Instant changed) {

    static SourceRow of(String pool, SourceStatus status) {
        return new SourceRow(pool, status.kind(), status.state().text(), status.cause(), status.since(), status.members(),
                status.dropped(), status.shadowed(), status.changed());
    }

    /** Of all pools that have one, in the order of the file. */
    static List<SourceRow> all(Managed managed) {
        var statuses = managed.control().sources();
        return managed.pools()
            .flatMap(pool -> Optional.ofNullable(statuses.get(pool.name())).map(status -> of(pool.name(), status)).stream())
            .toList();
    }
}
