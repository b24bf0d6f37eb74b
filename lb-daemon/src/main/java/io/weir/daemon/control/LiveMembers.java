package io.weir.daemon.control;

import io.weir.core.model.Backend;
import io.weir.core.model.Pool;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A pool with the members that its source gave beside those of the configuration. Immutable.
 *
 * @param configured as the configuration has it
 * @param given by the source, in its order
 * @param effective with those of them that could be taken in
 * @param dropped beyond {@link #MOST}
 * @param shadowed names of members whose name or address a backend of the configuration has: the operator's word goes first
 */
record LiveMembers(Pool configured, Set<String> zones, List<Backend> given, Pool effective, int dropped, Set<String> shadowed) {
    /** Members of one source; more are left out, always the same ones. */
    static final int MOST = 5_000;

    /** @param zones of the configuration; a member in another one stands in none */
    static LiveMembers of(Pool configured, Set<String> zones, List<Backend> given) {
        Map<String, Backend> byName = new LinkedHashMap<>(configured.backends());
        Set<InetSocketAddress> addresses = new HashSet<>();
        byName.values().forEach(backend -> addresses.add(backend.address()));
        Set<String> shadowed = new HashSet<>();
        given.stream().limit(MOST).forEach(member -> {
            if (configured.backends().containsKey(member.name()) || addresses.contains(member.address())) {
                shadowed.add(member.name());
            } else {
                byName.put(member.name(), placed(member, zones));
            }
        });
        return new LiveMembers(configured, zones, given, configured.withBackends(byName), Math.max(0, given.size() - MOST), shadowed);
    }

    private static Backend placed(Backend member, Set<String> zones) {
        boolean known = member.zone().filter(zone -> !zones.contains(zone)).isEmpty();
        return known ? member : member.withZone(Optional.empty());
    }

    /** Whether it was made of the same things, so that nothing is to be made anew. */
    @SuppressWarnings("ReferenceEquality") // only an optimisation
    boolean madeOf(Pool pool, Set<String> names, List<Backend> members) {
        return configured == pool && given == members && zones.equals(names);
    }

    int taken() {
        return effective.backends().size() - configured.backends().size();
    }
}
