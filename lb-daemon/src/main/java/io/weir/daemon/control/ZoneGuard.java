package io.weir.daemon.control;

import io.weir.core.health.BackendKey;
import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Configuration;
import io.weir.core.model.Pool;
import io.weir.core.model.Zone;
import io.weir.core.snapshot.Member;
import io.weir.core.snapshot.Snapshot;
import io.weir.core.zone.Standing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Refuses a configuration that shifts traffic away from the last zone that can carry a pool (NLB-16), whichever way it comes: it would have no member left that
 * the operator wants, or no usable one while it has one now. Pure.
 */
final class ZoneGuard {
    private final Configuration after;
    private final Snapshot live;
    private final Set<String> leaving;

    private ZoneGuard(Configuration after, Snapshot live, Set<String> leaving) {
        this.after = after;
        this.live = live;
        this.leaving = leaving;
    }

    /** A member that the operator wants, but for the shift. */
    private record Wanted(Optional<String> zone, Standing standing) {}

    /** Why {@code after} may not follow {@code before}; only zones that are shifted anew are asked about. */
    static Optional<String> refusal(Configuration before, Configuration after, Snapshot live) {
        Set<String> leaving = shifted(after);
        leaving.removeAll(shifted(before));
        var guard = new ZoneGuard(after, live, leaving);
        return leaving.isEmpty() ? Optional.empty() : after.pools().values().stream().filter(guard::strands).findFirst().map(guard::told);
    }

    private static Set<String> shifted(Configuration configuration) {
        Set<String> shifted = new TreeSet<>();
        configuration.zones().values().stream().filter(Zone::shifted).forEach(zone -> shifted.add(zone.name()));
        return shifted;
    }

    private String told(Pool pool) {
        boolean one = leaving.size() == 1;
        return (one ? "zone '" : "of zones '") + String.join("', '", leaving) + (one ? "' is the last" : "' one is the last")
                + " that can carry pool '" + pool.name() + "'; bring another back first: weir zone unshift ZONE";
    }

    private boolean strands(Pool pool) {
        List<Wanted> wanted = wanted(pool);
        return only(wanted, _ -> true) || only(wanted, member -> member.standing().usable());
    }

    /** Whether zones that leave have such members and no other zone has one. */
    private boolean only(List<Wanted> members, Predicate<Wanted> such) {
        List<Wanted> found = members.stream().filter(such).toList();
        return !found.isEmpty() && found.stream().allMatch(member -> member.zone().filter(leaving::contains).isPresent());
    }

    private List<Wanted> wanted(Pool pool) {
        Map<BackendKey, Member> memberByKey = new HashMap<>();
        live.pool(pool.name()).ifPresent(view -> view.members().forEach(member -> memberByKey.put(member.key(), member)));
        List<Wanted> wanted = new ArrayList<>();
        for (Backend backend : pool.backends().values()) {
            Member known = memberByKey.remove(new BackendKey(pool.name(), backend.name()));
            add(backend, known != null && known.backend().address().equals(backend.address()) ? known.standing() : Standing.OUT, wanted);
        }
        if (pool.discovery().isPresent()) {
            memberByKey.values().forEach(found -> add(found.backend(), found.standing(), wanted));
        }
        return wanted;
    }

    /** @param now of the member; OUT also where it comes only with the new configuration, and then nothing is known of it yet */
    private void add(Backend backend, Standing now, List<Wanted> wanted) {
        boolean stays = backend.adminState() == AdminState.ENABLED && backend.weight().units() > 0
                && backend.zone().filter(zone -> !leaving.contains(zone) && isShifted(zone)).isEmpty();
        if (stays) {
            wanted.add(new Wanted(backend.zone(), now == Standing.OUT ? Standing.UNPROVEN : now));
        }
    }

    private boolean isShifted(String name) {
        Zone zone = after.zones().get(name);
        return zone != null && zone.shifted();
    }
}
