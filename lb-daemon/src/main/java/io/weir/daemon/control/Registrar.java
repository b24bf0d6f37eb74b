package io.weir.daemon.control;

import io.weir.core.config.Units;
import io.weir.core.health.BackendKey;
import io.weir.core.health.Moment;
import io.weir.core.model.Backend;
import io.weir.core.model.Configuration;
import io.weir.core.model.Discovery;
import io.weir.core.model.Pool;
import io.weir.core.model.Registration;
import io.weir.daemon.control.Registering.Reason;
import io.weir.daemon.control.SourceStatus.State;
import io.weir.health.discovery.Leases;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Members that register themselves. Confined to {@code control}. Nothing is answered before it is on the disk; what comes while a list is
 * being written goes into the next one, so that a burst costs few writes, and a heartbeat that changes nothing costs none.
 */
public final class Registrar {
    /** How often leases are looked at. */
    static final Duration SWEEP = Duration.ofSeconds(1);

    private final CommandThread control;
    private final Journal journal;
    private final Leases leases = new Leases();
    private final Map<String, PoolSource> sourceByPool = new HashMap<>();
    private Map<BackendKey, Registration> durable = new LinkedHashMap<>();
    private Map<BackendKey, Registration> wanted = new LinkedHashMap<>();
    private Configuration configuration = Configuration.EMPTY;
    private List<Waiting> waiting = new ArrayList<>();
    private final Map<BackendKey, String> causeByRemoved = new HashMap<>();
    private String storeFailure = "";
    private boolean writing;
    private boolean sweeping;
    private boolean paused;
    private Runnable changed = () -> {};
    private Disk disk = _ -> CompletableFuture.failedFuture(new IllegalStateException("nothing to write to"));

    /** Starts with what was durable before. */
    public Registrar(CommandThread control, Journal journal, List<Registration> before) {
        this.control = control;
        this.journal = journal;
        before.forEach(registration -> durable.put(Leases.key(registration), registration));
        wanted = new LinkedHashMap<>(durable);
        leases.follow(before, now());
        before.forEach(registration -> remember(registration.pool()));
    }

    /** Who is told when the next list is durable, and what. */
    private record Waiting(CompletableFuture<Registering> answer, Registering success) {}

    /** What a pool's source shows: its members as one list that changes only when they do. */
    private record PoolSource(List<Backend> members, Instant changed, boolean frozen, Instant since) {}

    /** Makes lists durable. */
    @FunctionalInterface
    public interface Disk {
        /** Completes with the list once it will survive a kill, in the order of the calls; exceptional if it could not be written. */
        CompletableFuture<List<Registration>> write(List<Registration> all);
    }

    /** Where lists are kept. To be said before the start. */
    public void storeOn(Disk place) {
        disk = place;
    }

    void onChange(Runnable publisher) {
        changed = publisher;
    }

    void reconfigure(Configuration now) {
        configuration = now;
        arm();
    }

    private void arm() {
        boolean needed = !durable.isEmpty() || sourceByPool.values().stream().anyMatch(PoolSource::frozen);
        if (needed && !sweeping) {
            sweeping = true;
            control.after(SWEEP, this::sweep);
        }
    }

    /** The members of a pool that takes registrations. */
    List<Backend> members(String pool) {
        return source(pool).members();
    }

    private PoolSource source(String pool) {
        return sourceByPool.computeIfAbsent(pool, _ -> new PoolSource(List.of(), journal.clock().instant(), false, Instant.EPOCH));
    }

    SourceStatus status(String pool, int taken, int shadowed) {
        PoolSource source = source(pool);
        String cause = source.frozen() ? "no heartbeat from any member: the list is frozen" : "";
        Instant since = source.since().equals(Instant.EPOCH) ? source.changed() : source.since();
        return new SourceStatus("registered", source.frozen() ? State.STALE : State.OK, cause, since, taken, 0, shadowed,
                source.changed());
    }

    /** All that is durable. */
    Collection<Registration> all() {
        return List.copyOf(durable.values());
    }

    /**
     * Registers, changes or renews.
     *
     * @param ttl empty: as the pool has it
     */
    void register(String pool, Backend backend, Optional<Duration> ttl, CompletableFuture<Registering> answer) {
        assert control.isHere() : "not on control";
        Optional<Registering> refusal = refusal(pool, backend);
        if (refusal.isPresent()) {
            answer.complete(refusal.get());
            return;
        }
        var asked = new Registration(pool, backend, ttl.orElseGet(() -> ttlOf(pool)));
        BackendKey member = Leases.key(asked);
        Registration before = wanted.get(member);
        Registration next = before != null && before.leaving() ? before : asked; // a heartbeat does not call one back who was told to go
        boolean created = before == null;
        Registering success = next.leaving() ? new Registering.Leaving(next)
                : new Registering.Registered(next, created, journal.clock().instant().plus(next.ttl()));
        if (next.equals(before) && next.equals(durable.get(member))) {
            leases.renew(member, now());
            answer.complete(success);
            return;
        }
        wanted.put(member, next);
        store(new Waiting(answer, success));
    }

    private Optional<Registering> refusal(String name, Backend backend) {
        Pool pool = configuration.pools().get(name);
        if (pool == null) {
            return refused(Reason.NOT_FOUND, "there is no pool '" + name + "'");
        }
        if (!served(name)) {
            return refused(Reason.CONFLICT, "pool '" + name + "' takes no registrations; give it discover: {registered: {}}");
        }
        if (pool.healthCheck().isEmpty()) { // ESS-03
            return refused(Reason.CONFLICT, "pool '" + name + "' has no health check; give it one before members register");
        }
        if (pool.backends().containsKey(backend.name())) {
            return refused(Reason.CONFLICT, "backend '" + backend.name() + "' of pool '" + name + "' is in the configuration; "
                    + "register under another name");
        }
        if (pool.backends().values().stream().anyMatch(configured -> configured.address().equals(backend.address()))) {
            return refused(Reason.CONFLICT, Addresses.text(backend.address()) + " is a backend of pool '" + name
                    + "' in the configuration; remove that first");
        }
        if (backend.zone().filter(zone -> !configuration.zones().containsKey(zone)).isPresent()) {
            return refused(Reason.INVALID, "there is no zone '" + backend.zone().get() + "'; name one of the configuration");
        }
        boolean full = !wanted.containsKey(new BackendKey(name, backend.name()))
                && wanted.keySet().stream().filter(member -> member.pool().equals(name)).count() >= LiveMembers.MOST;
        return full ? refused(Reason.CONFLICT, "pool '" + name + "' has " + LiveMembers.MOST + " registrations; no more are taken")
                : Optional.empty();
    }

    private static Optional<Registering> refused(Reason reason, String detail) {
        return Optional.of(new Registering.Refused(reason, detail));
    }

    private boolean served(String pool) {
        return Optional.ofNullable(configuration.pools().get(pool))
            .flatMap(Pool::discovery)
            .filter(Discovery.Registered.class::isInstance)
            .isPresent();
    }

    private Duration ttlOf(String pool) {
        return Optional.ofNullable(configuration.pools().get(pool)).flatMap(Pool::discovery).map(discovery -> switch (discovery) {
            case Discovery.Registered(var ttl) -> ttl;
            case Discovery.Dns _,Discovery.File _ -> Discovery.Registered.DEFAULT_TTL;
        }).orElse(Discovery.Registered.DEFAULT_TTL);
    }

    /** Takes a member out, at once or once its connections have ended (ESS-06). */
    void leave(BackendKey member, boolean drain, CompletableFuture<Registering> answer) {
        assert control.isHere() : "not on control";
        Registration before = wanted.get(member);
        if (before == null) {
            answer.complete(new Registering.Refused(Reason.NOT_FOUND, "'" + member.backend() + "' is not registered in pool '"
                    + member.pool() + "'"));
            return;
        }
        boolean waits = drain && served(member.pool());
        Registering success = waits ? new Registering.Leaving(before.told()) : new Registering.Gone();
        if (waits && before.leaving() && durable.containsKey(member)) {
            answer.complete(success);
            return;
        }
        if (waits) {
            wanted.put(member, before.told());
        } else {
            wanted.remove(member);
            causeByRemoved.put(member, "deregistered");
        }
        store(new Waiting(answer, success));
    }

    /** A draining backend has no connection left. */
    void drained(BackendKey member) {
        Registration registration = durable.get(member);
        if (registration != null && registration.leaving()) {
            end(member, "drained");
        }
    }

    /** Lets no lease end while members send their heartbeats to another process. */
    void pause(boolean now) {
        paused = now;
    }

    private void sweep() {
        sweeping = false;
        if (paused) {
            arm();
            return;
        }
        Leases.Sweep found = leases.sweep(now(), this::served);
        found.frozen().forEach(pool -> freeze(pool, true));
        found.thawed().forEach(pool -> freeze(pool, false));
        found.ended().forEach(member -> end(member, "no heartbeat within its ttl"));
        durable.values()
            .stream()
            .filter(registration -> registration.leaving() && !served(registration.pool()))
            .forEach(registration -> end(Leases.key(registration), "the pool takes no registrations any more"));
        arm();
    }

    private void end(BackendKey member, String cause) {
        if (wanted.remove(member) != null) {
            causeByRemoved.put(member, cause);
            store();
        }
    }

    private void freeze(String pool, boolean frozen) {
        PoolSource before = source(pool);
        sourceByPool.put(pool, new PoolSource(before.members(), before.changed(), frozen, journal.clock().instant()));
        if (frozen) {
            journal.tell("source.failed", pool, "source", "registered", "state", State.STALE.text(), "members",
                    String.valueOf(before.members().size()), "cause", "no heartbeat from any member");
        } else {
            journal.tell("source.ok", pool, "source", "registered", "members", String.valueOf(before.members().size()));
        }
        changed.run();
    }

    private void store(Waiting one) {
        waiting.add(one);
        store();
    }

    private void store() {
        if (writing) {
            return; // the end of that one begins the next
        }
        writing = true;
        List<Waiting> served = waiting;
        waiting = new ArrayList<>();
        Map<BackendKey, Registration> next = new LinkedHashMap<>(wanted);
        var _ = disk.write(List.copyOf(next.values())).whenCompleteAsync((_, failure) -> {
            writing = false;
            if (failure == null) {
                written(next, served);
            } else {
                notWritten(String.valueOf(failure.getMessage()), served);
            }
        }, control);
    }

    private void written(Map<BackendKey, Registration> next, List<Waiting> served) {
        Map<BackendKey, Registration> before = durable;
        durable = next;
        leases.follow(next.values(), now());
        storeFailure = "";
        served.forEach(this::begin);
        before.forEach((member, was) -> tellChange(was, next.get(member)));
        Stream.concat(before.keySet().stream(), next.keySet().stream()).map(BackendKey::pool).distinct().forEach(this::remember);
        changed.run();
        control.after(Control.TOGETHER, () -> served.forEach(one -> one.answer().complete(one.success()))); // published by then
        arm();
        if (!waiting.isEmpty() || !wanted.equals(durable)) {
            store();
        }
    }

    private void tellChange(Registration was, @Nullable Registration now) {
        BackendKey member = Leases.key(was);
        if (now == null) {
            String cause = causeByRemoved.remove(member);
            journal.tell("registration.removed", member.toString(), "cause", cause == null ? "deregistered" : cause);
        } else if (now.leaving() && !was.leaving()) {
            journal.tell("registration.leaving", member.toString());
        }
    }

    private void begin(Waiting one) {
        if (one.success() instanceof Registering.Registered(var registration, boolean created, var _)) {
            BackendKey member = Leases.key(registration);
            leases.renew(member, now());
            if (created) {
                journal.tell("registration.added", member.toString(), "address", Addresses.text(registration.backend().address()), "ttl",
                        Units.text(registration.ttl()));
            }
        }
    }

    /** Those that came meanwhile were made from what is not there, so they fail too. */
    private void notWritten(String cause, List<Waiting> served) {
        if (!storeFailure.equals(cause)) { // leases that end try again each second
            journal.tell("registration.notStored", served.size() + waiting.size() + " registrations", "cause", cause);
            storeFailure = cause;
        }
        List<Waiting> failed = new ArrayList<>(served);
        failed.addAll(waiting);
        waiting = new ArrayList<>();
        wanted = new LinkedHashMap<>(durable);
        causeByRemoved.clear();
        failed.forEach(one -> one.answer().complete(new Registering.NotStored(cause)));
    }

    private void remember(String pool) {
        PoolSource before = source(pool);
        List<Backend> members = durable.values()
            .stream()
            .filter(registration -> registration.pool().equals(pool))
            .map(Registration::backend)
            .toList();
        if (!members.equals(before.members())) {
            sourceByPool.put(pool, new PoolSource(members, journal.clock().instant(), before.frozen(), before.since()));
        }
    }

    private Moment now() {
        return new Moment(System.nanoTime(), journal.clock().instant());
    }
}
