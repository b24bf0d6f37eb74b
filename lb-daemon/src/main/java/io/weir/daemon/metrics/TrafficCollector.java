package io.weir.daemon.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.weir.core.health.BackendKey;
import io.weir.core.snapshot.Member;
import io.weir.core.snapshot.PoolView;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.daemon.control.BackendTraffic;
import io.weir.daemon.control.DoorStatus;
import io.weir.daemon.control.HealthCounters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Measures listeners, pools and backends when Prometheus asks: sums the loops' counters over what the newest snapshot holds, so that what
 * was removed is gone and a change costs nothing. Called on the threads of requests.
 *
 * @param doors how the listeners stand, by name
 * @param traffic to each backend over all loops
 * @param health what verdicts of traffic have come to
 */
public record TrafficCollector(SnapshotPublisher publisher, Supplier<Map<String, DoorStatus>> doors,
        Supplier<Map<BackendKey, BackendTraffic>> traffic, HealthCounters health) implements MultiCollector {

    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> families = new ArrayList<>();
        listeners(families);
        backends(families);
        verdicts(families);
        return new MetricSnapshots(families);
    }

    private void listeners(List<MetricSnapshot> families) {
        Collection<DoorStatus> all = doors.get().values();
        families.add(count("weir_listener_connections", "Client connections accepted", all, TrafficCollector::labels,
                door -> door.traffic().accepted()));
        families.add(byKey("weir_listener_refused", "Clients that were not taken, by the reason", "reason", all,
                door -> door.traffic().refusedByReason()));
        families.add(count("weir_listener_sources_uncounted", "Clients that passed uncounted where perSource holds", publisher.current()
            .listeners()
            .values(), view -> Labels.of("listener", view.name()), view -> view.admission().sources().uncounted()));
        families
            .add(count("weir_listener_requests", "Requests answered", all, TrafficCollector::labels, door -> door.traffic().requests()));
        families.add(count("weir_listener_redispatches", "Tries that followed one at another backend that could not be connected", all,
                TrafficCollector::labels, door -> door.traffic().redispatched()));
        families
            .add(count("weir_listener_resends", "Times a request was sent again, since its backend had hung up without a byte of an answer",
                    all, TrafficCollector::labels, door -> door.traffic().resent()));
        families.add(count("weir_listener_bytes_in", "Bytes received from clients", all, TrafficCollector::labels,
                door -> door.traffic().bytesIn()));
        families.add(count("weir_listener_bytes_out", "Bytes sent to clients", all, TrafficCollector::labels,
                door -> door.traffic().bytesOut()));
        families.add(count("weir_listener_bytes_spliced", "Bytes of both directions that the kernel moved from socket to socket", all,
                TrafficCollector::labels, door -> door.traffic().bytesSpliced()));
        families.add(byKey("weir_requests", "Answers to clients by the class of their status", "code_class", all,
                door -> door.traffic().answersByClass()));
        families.add(byKey("weir_listener_ends", "Connections (tcp) and requests (http) by why they ended", "reason", all,
                door -> door.traffic().endsByReason()));
        families.add(framing(all));
        families.add(gauge("weir_listener_connections_open", "Client connections open now", all, TrafficCollector::labels,
                door -> door.traffic().connections()));
        families.add(gauge("weir_listener_listening", "1 while the port is open", all, TrafficCollector::labels,
                door -> door.state() == DoorStatus.State.LISTENING ? 1 : 0));
    }

    private static MetricSnapshot framing(Collection<DoorStatus> doors) {
        var family = CounterSnapshot.builder()
            .name("weir_listener_framing")
            .help("Requests by what is said of their framing: compliant, acceptable, ambiguous or severe, and why");
        doors.forEach(door -> door.traffic().framing().forEach((said, count) -> {
            if (count > 0) {
                int colon = said.indexOf(':');
                Labels labels = Labels.of("listener", door.listener(), "verdict", colon < 0 ? said : said.substring(0, colon), "reason",
                        colon < 0 ? "" : said.substring(colon + 2));
                family.dataPoint(CounterDataPointSnapshot.builder().labels(labels).value(count).build());
            }
        }));
        return family.build();
    }

    private void backends(List<MetricSnapshot> families) {
        Collection<PoolView> pools = publisher.current().pools().values();
        List<Member> members = pools.stream().flatMap(pool -> pool.members().stream()).toList();
        families.add(gauge("weir_backend_state", "1 for the state that the backend is in", members,
                member -> labels(member).merge(Labels.of("state", member.status().state().text())), _ -> 1));
        Map<BackendKey, BackendTraffic> now = traffic.get();
        families
            .add(gauge("weir_backend_connections", "Connections and requests in flight to the backend", members, TrafficCollector::labels,
                    member -> now.getOrDefault(member.key(), BackendTraffic.NONE).connections()));
        families.add(count("weir_backend_opened", "Connections and requests given to the backend", members, TrafficCollector::labels,
                member -> now.getOrDefault(member.key(), BackendTraffic.NONE).opened()));
        families.add(count("weir_backend_connect_failures", "Connects to the backend that failed", members, TrafficCollector::labels,
                member -> now.getOrDefault(member.key(), BackendTraffic.NONE).connectFailures()));
        families.add(gauge("weir_backend_weight", "Weight of the backend", members, TrafficCollector::labels,
                member -> member.backend().weight().units()));
        families.add(gauge("weir_backend_effective_weight", "What counts of it now: less in a slow start, another where a script said so",
                members, TrafficCollector::labels, Member::effectiveWeight));
        pools(pools, families);
    }

    private static void pools(Collection<PoolView> pools, List<MetricSnapshot> families) {
        families.add(gauge("weir_pool_tier", "1 for the tier that new connections go to", pools,
                pool -> Labels.of("pool", pool.name(), "tier", pool.activeTier().text()), _ -> 1));
        families.add(gauge("weir_pool_mode", "1 for how the pool answers", pools,
                pool -> Labels.of("pool", pool.name(), "mode", pool.mode().text()), _ -> 1));
        families.add(gauge("weir_pool_quorum", "1 while enough weight is in service", pools, pool -> Labels.of("pool", pool.name()),
                pool -> pool.quorum() ? 1 : 0));
        families
            .add(gauge("weir_pool_spare_zone", "1 while the pool could lose any one zone; pools in two zones or more",
                    pools.stream().filter(pool -> pool.spareZone().isPresent()).toList(), pool -> Labels.of("pool", pool.name()),
                    pool -> pool.spareZone().orElse(false) ? 1 : 0));
        var shares = GaugeSnapshot.builder().name("weir_pool_zone_share").help("Part of new connections that the zone is given, 0 to 1");
        pools.forEach(pool -> pool.shareByZone()
            .forEach((zone, share) -> shares.dataPoint(
                    GaugeDataPointSnapshot.builder().labels(Labels.of("pool", pool.name(), "zone", zone)).value(share).build())));
        families.add(shares.build());
    }

    private void verdicts(List<MetricSnapshot> families) {
        families.add(verdicts("weir_backend_ejections", "Backends that traffic took out, by cause", "cause", health.ejections()));
        families.add(verdicts("weir_backend_ejections_refused", "Backends that a limit kept in, by limit", "limit", health.refusals()));
        families.add(verdicts("weir_backend_readmissions", "Ejected backends that came back, by cause", "cause", health.readmissions()));
    }

    private static MetricSnapshot verdicts(String name, String help, String label, Map<HealthCounters.Count, Long> counts) {
        return count(name, help, counts.entrySet(), entry -> Labels.of("pool", entry.getKey().pool(), label, entry.getKey().word()),
                Map.Entry::getValue);
    }

    private static Labels labels(DoorStatus door) {
        return Labels.of("listener", door.listener());
    }

    private static Labels labels(Member member) {
        return Labels.of("pool", member.key().pool(), "backend", member.key().backend());
    }

    /** A count a listener and key that was not 0 yet. */
    private static MetricSnapshot byKey(String name, String help, String label, Collection<DoorStatus> doors,
            Function<DoorStatus, Map<String, Long>> counts) {
        var family = CounterSnapshot.builder().name(name).help(help);
        doors.forEach(door -> counts.apply(door).forEach((key, count) -> {
            if (count > 0) {
                family.dataPoint(CounterDataPointSnapshot.builder().labels(labels(door).merge(Labels.of(label, key))).value(count).build());
            }
        }));
        return family.build();
    }

    private static <T> MetricSnapshot count(String name, String help, Collection<T> things, Function<T, Labels> labels,
            ToDoubleFunction<T> value) {
        var family = CounterSnapshot.builder().name(name).help(help);
        things.forEach(thing -> family.dataPoint(
                CounterDataPointSnapshot.builder().labels(labels.apply(thing)).value(value.applyAsDouble(thing)).build()));
        return family.build();
    }

    private static <T> MetricSnapshot gauge(String name, String help, Collection<T> things, Function<T, Labels> labels,
            ToDoubleFunction<T> value) {
        var family = GaugeSnapshot.builder().name(name).help(help);
        things.forEach(thing -> family.dataPoint(
                GaugeDataPointSnapshot.builder().labels(labels.apply(thing)).value(value.applyAsDouble(thing)).build()));
        return family.build();
    }
}
