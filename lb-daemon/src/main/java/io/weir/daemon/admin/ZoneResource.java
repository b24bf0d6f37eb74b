package io.weir.daemon.admin;

import io.weir.core.health.BackendKey;
import io.weir.core.model.Zone;
import io.weir.core.snapshot.Member;
import io.weir.core.snapshot.PoolView;
import io.weir.daemon.control.BackendTraffic;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Zones: what they carry, what would happen without one, and traffic shifted away from one. On the virtual threads of requests. */
final class ZoneResource {
    private final Managed managed;
    private final Changes changes;

    ZoneResource(Managed managed, Changes changes) {
        this.managed = managed;
        this.changes = changes;
    }

    /**
     * A zone as lists show it.
     *
     * @param backends that stand in it, over all pools
     * @param usable how many of them count as capacity
     */
    record ZoneRow(String name, Optional<String> region, boolean shifted, int backends, int usable, List<PoolShare> pools) {}

    /** The part of a pool's new connections that a zone gets, in percent. */
    record PoolShare(String pool, double share) {}

    List<Endpoint> endpoints() {
        String one = "/v1/zones/{zone}";
        return List.of(Endpoint.get("/v1/zones", "All zones with their part of each pool.", _ -> Response.json(rows())),
                Endpoint.get(one + "/simulate", "What becomes of each pool when the zone is down; nothing is changed.", this::simulate),
                Endpoint.command("PUT", one + "/shifted", "Moves traffic away from a zone.", this::shift),
                Endpoint.command("DELETE", one + "/shifted", "Lets traffic come back to a zone.", this::unshift));
    }

    private List<ZoneRow> rows() {
        List<PoolView> pools = managed.pools().toList();
        return managed.publisher().current().configuration().zones().values().stream().map(zone -> row(zone, pools)).toList();
    }

    private static ZoneRow row(Zone zone, List<PoolView> pools) {
        List<Member> members = pools.stream()
            .flatMap(pool -> pool.members().stream())
            .filter(member -> in(zone.name(), member))
            .toList();
        List<PoolShare> shares = pools.stream()
            .filter(pool -> pool.shareByZone().containsKey(zone.name()))
            .map(pool -> new PoolShare(pool.name(), Math.round(1000 * pool.shareByZone().getOrDefault(zone.name(), 0.0)) / 10.0))
            .toList();
        int usable = (int) members.stream().filter(member -> member.standing().usable()).count();
        return new ZoneRow(zone.name(), zone.region(), zone.shifted(), members.size(), usable, shares);
    }

    private Response simulate(Request request) {
        String down = request.name("zone");
        require(down);
        Map<BackendKey, BackendTraffic> traffic = managed.traffic().get();
        return Response.json(ZoneForecast.of(managed.pools().toList(), down, managed.process().node().zone(),
                member -> traffic.getOrDefault(member.key(), BackendTraffic.NONE).connections()));
    }

    private Response shift(Request request) throws InterruptedException {
        String zone = request.name("zone");
        return changes.edit(request, "shift zone " + zone, document -> {
            require(zone);
            return document.with(shifted(zone), true);
        });
    }

    private Response unshift(Request request) throws InterruptedException {
        String zone = request.name("zone");
        return changes.edit(request, "unshift zone " + zone, document -> {
            require(zone);
            return document.without(shifted(zone));
        });
    }

    private static List<String> shifted(String zone) {
        return List.of("zones", zone, "shifted");
    }

    private static boolean in(String zone, Member member) {
        return member.zone().filter(zone::equals).isPresent();
    }

    private void require(String zone) {
        if (!managed.control().inForce().configuration().zones().containsKey(zone)) {
            throw RequestRefused.noSuch("zone", zone);
        }
    }
}
