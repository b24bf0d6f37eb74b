package io.weir.daemon.explain;

import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendStatus;
import io.weir.core.model.AdminState;
import io.weir.core.snapshot.Candidates;
import io.weir.core.snapshot.Member;
import io.weir.core.snapshot.PoolView;
import io.weir.core.zone.Group.Part;
import io.weir.core.zone.Mode;
import io.weir.daemon.control.Addresses;
import io.weir.daemon.explain.Explanation.MemberRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToIntFunction;

/** What becomes of each member of a pool, and why. Confined to its caller. */
final class Members {
    private final PoolView pool;
    private final ToIntFunction<BackendKey> connections;
    private final Map<BackendKey, Place> placeByMember = new HashMap<>();

    /** Where a connection meets a member. */
    private record Place(Candidates group, int turn, double share) {}

    /** @param hash of the connection, which then begins with one group for certain */
    Members(PoolView pool, OptionalLong hash, ToIntFunction<BackendKey> connections) {
        this.pool = pool;
        this.connections = connections;
        List<Candidates> order = new ArrayList<>(pool.groups());
        if (hash.isPresent() && !order.isEmpty()) {
            Candidates drawn = order.remove(pool.groupOf(hash.getAsLong()));
            order.addFirst(drawn);
        }
        for (int i = 0; i < order.size(); i++) {
            place(order.get(i), i + 1, hash.isEmpty() ? order.get(i).share() : i == 0 ? 1 : 0);
        }
    }

    private void place(Candidates group, int turn, double share) {
        double whole = group.members().stream().mapToInt(pool::turns).sum();
        group.members().forEach(member -> placeByMember.put(member.key(), new Place(group, turn, share * pool.turns(member) / whole)));
    }

    /** In the order of the pool. */
    List<MemberRow> rows() {
        return pool.members().stream().map(this::row).toList();
    }

    /** Whether a member takes no more connections. */
    static boolean full(Member member, int connections) {
        return member.backend().maxConnections().isPresent() && connections >= member.backend().maxConnections().getAsInt();
    }

    private MemberRow row(Member member) {
        int open = connections.applyAsInt(member.key());
        Place place = placeByMember.get(member.key());
        String role = place == null ? "excluded" : place.share() > 0 ? "candidate" : "spare";
        String why = place == null ? excluded(member) : place.share() > 0 ? candidate(member, place) : spare(member, place);
        var cap = member.backend().maxConnections();
        return new MemberRow(member.backend().name(), Addresses.backend(member.backend().address()), member.zone(), member.tier().text(),
                member.status().state().text(), member.configuredWeight(), member.effectiveWeight(), open,
                cap.isPresent() ? Optional.of(cap.getAsInt()) : Optional.empty(), role,
                Optional.ofNullable(place).map(Place::turn), place == null ? 0 : Math.round(1000 * place.share()) / 10.0,
                full(member, open) ? why + "; at its maxConnections: passed over" : why);
    }

    private String candidate(Member member, Place place) {
        String state = member.status().state().text();
        if (place.group().part() == Part.EJECTED) {
            return state + " (" + member.status().cause() + "), and nobody else is left";
        }
        return switch (member.standing()) {
            case LIVE -> member.tier() == pool.activeTier() ? warmth(member)
                    : warmth(member) + ": takes what the " + pool.activeTier().text() + " tier cannot";
            case UNPROVEN -> state + ": nobody of its tier is proven";
            case EJECTED, FAILED -> state + " (" + member.status().cause() + "), but health is ignored in panic";
            case OUT -> throw new IllegalStateException(member.key() + " is a candidate although it is out");
        };
    }

    private static String warmth(Member member) {
        String state = member.status().state().text();
        return member.status().warmth() == BackendStatus.WARM ? state : state + ", " + member.status().warmth() + "% of its weight";
    }

    private String spare(Member member, Place place) {
        String state = member.status().state().text();
        if (place.group().part() == Part.EJECTED) {
            return "ejected (" + member.status().cause() + "): tried after everybody else";
        }
        if (member.tier() != pool.activeTier()) {
            return state + ", in the " + member.tier().text() + " tier, while traffic goes to " + pool.activeTier().text();
        }
        return state + ", in another zone than the members that traffic begins with";
    }

    private String excluded(Member member) {
        return ownFault(member).orElseGet(() -> pool.mode() == Mode.SORRY ? "the pool gives its sorry answer: " + pool.modeCause()
                : "no probe has ended yet, and its tier has somebody who is proven");
    }

    /** Why it is out whatever the pool does. */
    private static Optional<String> ownFault(Member member) {
        if (member.backend().adminState() != AdminState.ENABLED) {
            return Optional.of(member.status().state().text() + ": " + member.status().cause());
        }
        if (member.configuredWeight() == 0) {
            return Optional.of("its weight is 0");
        }
        if (member.shifted()) {
            return Optional.of("the operator shifted traffic away from zone " + member.zone().orElse(""));
        }
        if (member.effectiveWeight() == 0) {
            return Optional.of("its script wants weight 0");
        }
        return switch (member.standing()) {
            case FAILED, EJECTED ->
                Optional.of(member.status().state().text() + " since " + member.status().since() + ": " + member.status().cause());
            case OUT -> Optional.of(member.status().state().text() + ": " + member.status().cause());
            case LIVE, UNPROVEN -> Optional.empty();
        };
    }
}
