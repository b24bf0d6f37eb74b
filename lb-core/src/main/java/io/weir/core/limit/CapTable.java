package io.weir.core.limit;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Keeps one {@link Cap} a capped object while configurations come and go. Confined to {@code control}. */
public final class CapTable {
    private final Map<Object, Cap> capByOwner = new HashMap<>();

    /** The owner's cap with this limit; {@link Cap#UNLIMITED} for none. */
    public Cap cap(Object owner, OptionalInt limit) {
        return cap(owner, limit, OptionalInt.empty());
    }

    /** The owner's cap with this limit, which gives places again when so many are left; {@link Cap#UNLIMITED} without a limit. */
    public Cap cap(Object owner, OptionalInt limit, OptionalInt resumeAt) {
        if (limit.isEmpty()) {
            capByOwner.remove(owner);
            return Cap.UNLIMITED;
        }
        int most = limit.getAsInt();
        Cap cap = capByOwner.computeIfAbsent(owner, _ -> new Cap(most));
        cap.limit(most, resumeAt.orElse(most - 1));
        return cap;
    }

    /** Forgets all owners but these. */
    public void retain(Set<?> owners) {
        capByOwner.keySet().retainAll(owners);
    }
}
