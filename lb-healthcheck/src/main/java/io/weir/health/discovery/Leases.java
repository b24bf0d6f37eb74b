package io.weir.health.discovery;

import io.weir.core.health.BackendKey;
import io.weir.core.health.Moment;
import io.weir.core.model.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which registered members still send heartbeats. Confined to {@code control}; it has no clock.
 *
 * <p>A lease that has run out ends while others of its pool are renewed. Where nobody of a pool has been heard for half a ttl, it is the
 * heartbeats that failed (who sends them, the way here, or this process was stopped) and not every server at once: the list freezes, and
 * health checks alone decide who gets traffic, until the first heartbeat comes and gives everybody one more ttl. A pool's last member thus
 * goes only by being told to.
 */
public final class Leases {
    /** {@link #sweep} that comes so much later than this after the one before was not run because the process was not. */
    private static final Duration STOPPED = Duration.ofSeconds(5);

    private final Map<BackendKey, Lease> leaseByMember = new HashMap<>();
    private final Set<String> frozen = new HashSet<>();
    private long sweptNanos;
    private boolean swept;

    private record Lease(Registration registration, long renewedNanos) {
        boolean runOut(long nowNanos) {
            return nowNanos - renewedNanos >= registration.ttl().toNanos();
        }
    }

    /**
     * What a sweep found.
     *
     * @param ended members whose leases have run out
     * @param frozen pools whose lists froze just now
     * @param thawed pools whose lists froze before and change again
     */
    public record Sweep(List<BackendKey> ended, List<String> frozen, List<String> thawed) {}

    /** These and no others are registered; who was there before keeps the lease, the others have a whole ttl. */
    public void follow(Collection<Registration> registrations, Moment now) {
        Map<BackendKey, Lease> before = new HashMap<>(leaseByMember);
        leaseByMember.clear();
        registrations.forEach(registration -> {
            BackendKey member = key(registration);
            Lease was = before.get(member);
            leaseByMember.put(member, new Lease(registration, was == null ? now.nanos() : was.renewedNanos()));
        });
    }

    /** A heartbeat came. */
    public void renew(BackendKey member, Moment now) {
        if (frozen.contains(member.pool())) {
            grace(member.pool(), now); // the sweep thaws
        }
        leaseByMember.computeIfPresent(member, (_, lease) -> new Lease(lease.registration(), now.nanos()));
    }

    /**
     * Time has passed; to be called about once a second.
     *
     * @param served whether a pool takes registrations; in one that does not any more, leases just end
     */
    public Sweep sweep(Moment now, Predicate<String> served) {
        if (swept && now.nanosSince(sweptNanos) > STOPPED.toNanos()) {
            pools().forEach(pool -> grace(pool, now));
        }
        swept = true;
        sweptNanos = now.nanos();
        Sweep sweep = new Sweep(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        pools().forEach(pool -> sweep(pool, served.test(pool), now, sweep));
        return sweep;
    }

    private void sweep(String pool, boolean served, Moment now, Sweep sweep) {
        List<Lease> staying = of(pool).filter(lease -> !lease.registration().leaving()).toList();
        List<Lease> runOut = staying.stream().filter(lease -> lease.runOut(now.nanos())).toList();
        if (served && !runOut.isEmpty() && silent(staying, now)) {
            if (frozen.add(pool)) {
                sweep.frozen().add(pool);
            }
            return;
        }
        if (frozen.remove(pool)) {
            sweep.thawed().add(pool);
        }
        runOut.forEach(lease -> sweep.ended().add(key(lease.registration())));
    }

    private static boolean silent(List<Lease> leases, Moment now) {
        return leases.stream().allMatch(lease -> now.nanosSince(lease.renewedNanos()) >= lease.registration().ttl().toNanos() / 2);
    }

    private void grace(String pool, Moment now) {
        leaseByMember.replaceAll((member, lease) -> member.pool().equals(pool) ? new Lease(lease.registration(), now.nanos()) : lease);
    }

    private Set<String> pools() {
        Set<String> pools = new HashSet<>(frozen); // one whose members were all told to go thaws too
        leaseByMember.keySet().forEach(member -> pools.add(member.pool()));
        return pools;
    }

    private Stream<Lease> of(String pool) {
        return leaseByMember.values().stream().filter(lease -> lease.registration().pool().equals(pool));
    }

    /** Whose registration this is. */
    public static BackendKey key(Registration registration) {
        return new BackendKey(registration.pool(), registration.backend().name());
    }
}
