package io.weir.daemon.admin;

import io.weir.core.affinity.AffinityTable;
import io.weir.core.affinity.AffinityTable.Entry;
import io.weir.core.affinity.AffinityTable.Filter;
import io.weir.core.health.BackendKey;
import io.weir.daemon.control.Addresses;
import io.weir.daemon.control.AffinityDesk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which backends sources stay at: shown, counted and forgotten. On the virtual threads of requests. */
final class AffinityResource {
    private static final Endpoint.Parameter POOL = new Endpoint.Parameter("pool", "only those of this pool");
    private static final Endpoint.Parameter[] FILTER = {POOL,
        new Endpoint.Parameter("backend", "only those that stay at a backend of this name"),
        new Endpoint.Parameter("client", "only those that share an address with this address or network")};

    private final AffinityDesk desk;

    AffinityResource(AffinityDesk desk) {
        this.desk = desk;
    }

    /** An entry as lists show it; {@code idleSeconds} since its last connection or request. */
    record Row(String pool, String source, String backend, String address, double idleSeconds) {
        static Row of(Entry entry) {
            BackendKey backend = entry.target().backend();
            return new Row(backend.pool(), entry.source(), backend.backend(), Addresses.backend(entry.target().address()),
                    entry.idle().toMillis() / 1000.0);
        }
    }

    /** How many sources stay at a backend. */
    record Count(String pool, String backend, long entries) {
        static Count of(Map.Entry<BackendKey, Long> entry) {
            return new Count(entry.getKey().pool(), entry.getKey().backend(), entry.getValue());
        }
    }

    /** How many entries were forgotten. */
    record Cleared(int cleared) {}

    List<Endpoint> endpoints() {
        String all = "/v1/affinity";
        return List.of(
                Endpoint.get(all, "Sources and the backends that they stay at, in no order.", this::list)
                    .with(FILTER)
                    .with(SessionResource.LIMIT),
                Endpoint.get(all + "/count", "How many sources stay at each backend, a moment ago; those with the most first.", this::count)
                    .with(POOL),
                Endpoint.action("DELETE", all, "Forgets where sources stay; open connections live on.", this::clear)
                    .with(FILTER)
                    .with(new Endpoint.Parameter("all", "true: every one, if nothing else says which")));
    }

    private Response list(Request request) {
        Filter filter = filter(request);
        int limit = SessionResource.limit(request);
        List<Row> rows = new ArrayList<>();
        for (AffinityTable table : tables(request)) {
            table.entries(filter, limit - rows.size()).forEach(entry -> rows.add(Row.of(entry)));
        }
        return Response.json(rows);
    }

    private Response count(Request request) {
        return Response.json(tables(request).stream()
            .flatMap(table -> desk.entries(table).entrySet().stream())
            .map(Count::of)
            .sorted(Comparator.comparingLong(Count::entries).reversed().thenComparing(Count::pool).thenComparing(Count::backend))
            .toList());
    }

    private Response clear(Request request) {
        Filter filter = filter(request);
        if (filter.equals(Filter.ALL) && request.parameter("pool").isEmpty() && !request.flag("all")) {
            throw RequestRefused.malformed("nothing says which entries; give a filter, or all=true");
        }
        return Response.json(new Cleared(tables(request).stream().mapToInt(table -> table.remove(filter)).sum()));
    }

    private static Filter filter(Request request) {
        return new Filter(request.parameter("backend"), request.parameter("client").map(SessionResource::network));
    }

    private List<AffinityTable> tables(Request request) {
        Optional<String> pool = request.parameter("pool");
        return pool.isEmpty() ? desk.tables().all().stream().sorted(Comparator.comparing(AffinityTable::pool)).toList()
                : List.of(desk.tables().of(pool.get()).orElseThrow(() -> RequestRefused.noSuch("pool with affinity", pool.get())));
    }
}
