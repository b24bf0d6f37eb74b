package io.weir.daemon.admin;

import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendStatus;
import io.weir.core.snapshot.Member;
import io.weir.core.snapshot.PoolView;
import io.weir.daemon.control.Addresses;
import io.weir.daemon.control.BackendTraffic;
import io.weir.daemon.control.LastProbes.LastProbe;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A backend as lists show it.
 *
 * @param effectiveWeight what counts of {@code weight} now, 0..100: less while it warms up, another where a script said so
 * @param warmth the part of its weight that counts, in percent; 100 unless it warms up
 */
record BackendRow(String pool, String name, String address, Optional<String> zone, String tier, int weight, int effectiveWeight, int warmth,
        String adminState, String state,
        String cause, String causeCode, Instant since, String by, int connections, Optional<ProbeRow> lastProbe, String source) {

    private static final double NANOS_PER_MILLI = 1_000_000;

    /**
     * How its newest probe ended.
     *
     * @param tried false: something that the probe needs is missing on this node
     * @param inARow how many ended that way without another between, this one included
     * @param latencyMillis from its beginning to its result
     */
    record ProbeRow(Instant at, boolean ok, boolean tried, long inARow, String detail, double latencyMillis) {
        private static ProbeRow of(LastProbe probe) {
            return new ProbeRow(probe.at(), probe.ok(), probe.tried(), probe.inARow(), probe.detail(),
                    probe.latency().toNanos() / NANOS_PER_MILLI);
        }
    }

    private static BackendRow of(Member member, BackendTraffic traffic, Optional<LastProbe> probe, String source) {
        var backend = member.backend();
        var status = member.status();
        return new BackendRow(member.key().pool(), backend.name(), Addresses.backend(backend.address()), backend.zone(),
                member.tier().text(),
                backend.weight().units(), member.effectiveWeight(), status.warmth(), backend.adminState().name().toLowerCase(Locale.ROOT),
                status.state().text(), cause(status, probe),
                status.causeCode(), status.since(), status.by().text(), traffic.connections(), probe.map(ProbeRow::of), source);
    }

    /** A backend without a result says why there is none. */
    private static String cause(BackendStatus status, Optional<LastProbe> probe) {
        String silent = probe.filter(last -> !last.ok()).map(last -> ": " + last.detail()).orElse("");
        return status.withoutResult() ? status.cause() + silent : status.cause();
    }

    /** The backends of some pools, each in the order of the file. */
    static List<BackendRow> all(Stream<PoolView> pools, Managed managed) {
        Map<BackendKey, BackendTraffic> traffic = managed.traffic().get();
        return pools.flatMap(pool -> pool.members().stream())
            .map(member -> of(member, traffic.getOrDefault(member.key(), BackendTraffic.NONE), managed.lastProbes().of(member.key()),
                    managed.source(member.key())))
            .toList();
    }
}
