package io.weir.daemon.control;

import io.weir.core.config.Problem;
import java.util.List;

/** What became of an {@link Edit}. Immutable, any thread. */
public sealed interface EditResult {
    /** It is in force; a change that changes nothing makes no revision. */
    record Applied(long revision, List<String> warnings) implements EditResult {}

    /** What it would change; nothing was changed. */
    record Planned(long revision, List<String> changes, List<String> warnings) implements EditResult {}

    /** All that is wrong with what it would make of the configuration; nothing was changed. */
    record Invalid(List<Problem> problems) implements EditResult {}

    /** What runs now speaks against it; nothing was changed. */
    record Conflict(String cause) implements EditResult {}

    /** Another revision is in force than the edit was made for; nothing was changed. */
    record Outdated(long revision) implements EditResult {}

    /** It could not be done now; nothing was changed unless {@code cause} says otherwise. */
    record Unavailable(String cause) implements EditResult {}
}
