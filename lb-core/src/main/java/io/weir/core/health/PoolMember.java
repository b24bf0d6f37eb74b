package io.weir.core.health;

import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Pool;
import io.weir.core.model.Tier;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** One backend of a pool with its health. Confined to {@code control}. */
final class PoolMember {
    private final BackendKey key;
    private Backend backend;
    private Tier tier;
    private BackendHealth health;
    /** Results of probes that began before belong to somebody else of the same name. */
    private long knownSinceNanos;
    private OptionalLong probeAskedNanos = OptionalLong.empty();
    private boolean refusalTold;
    private OptionalLong refusedNanos = OptionalLong.empty();
    private boolean shifted;
    /** Came with the first members of its pool, and is in its first state: it has nobody to warm up behind. */
    private boolean founder;
    private boolean arriving = true;

    PoolMember(Pool pool, Backend backend, boolean founder, Moment now) {
        this.key = new BackendKey(pool.name(), backend.name());
        this.backend = backend;
        this.founder = founder;
        this.tier = Tier.of(pool, backend);
        this.health = BackendHealth.first(pool.healthCheck(), backend.adminState(), now);
        this.knownSinceNanos = now.nanos();
    }

    /** One that another process knew at {@code then}; it serves there already, and so does not arrive. */
    static PoolMember known(Pool pool, Backend backend, KnownMember known, Moment then, Moment now) {
        var member = new PoolMember(pool, backend, known.fitness().state() == BackendState.CHECKING, now);
        member.health = BackendHealth.of(known, pool.healthCheck(), then);
        member.arriving = false;
        return member;
    }

    KnownMember known(Moment now) {
        return KnownMember.of(key.backend(), backend.address(), health, now);
    }

    BackendKey key() {
        return key;
    }

    Tier tier() {
        return tier;
    }

    BackendHealth health() {
        return health;
    }

    BackendStatus status() {
        return health.status();
    }

    /** Takes on new settings; the address must be the same. Returns its health under them, which is yet to be set. */
    BackendHealth configured(Pool pool, Backend wanted, Moment now) {
        backend = wanted;
        tier = Tier.of(pool, wanted);
        BackendHealth next = health.configured(pool, wanted.adminState(), now);
        if (!next.fitness().equals(health.fitness())) {
            knownSinceNanos = now.nanos();
        }
        return next;
    }

    boolean sameServer(Backend wanted) {
        return backend.address().equals(wanted.address());
    }

    void health(BackendHealth next) {
        if (next.status().state() != health.status().state()) {
            refusalTold = false;
            founder = false;
        }
        arriving = false;
        health = next;
    }

    int effectiveWeight() {
        return status().effectiveWeight(backend.weight());
    }

    /** The effective weight before warm-up, 0..100. */
    int fullWeight() {
        return status().fullWeight(backend.weight());
    }

    Optional<String> zone() {
        return backend.zone();
    }

    int configuredWeight() {
        return backend.weight().units();
    }

    /** Whether the operator took its zone out. */
    void shifted(boolean now) {
        shifted = now;
    }

    /** The operator wants new connections to go to it. */
    boolean inRotation() {
        return health.admin() == AdminState.ENABLED && backend.weight().units() > 0 && !shifted;
    }

    /** May be picked, if only because nobody better is there. */
    boolean usable() {
        return health.usable() && inRotation() && fullWeight() > 0;
    }

    boolean ejected() {
        return health.fitness().state() == BackendState.EJECTED;
    }

    /** Takes its whole weight of new connections. */
    boolean warm() {
        return usable() && status().state() == BackendState.HEALTHY;
    }

    /** Whether it would come into service by {@code next}, at another time than the pool itself. */
    boolean joinsBy(BackendHealth next) {
        return next.status().state() == BackendState.HEALTHY && !founder && (arriving || !status().state().live());
    }

    boolean begunSinceKnown(ProbeOutcome outcome) {
        return outcome.startedNanos() - knownSinceNanos >= 0;
    }

    /** It refused a connection. */
    void refused(Moment now) {
        refusedNanos = OptionalLong.of(now.nanos());
    }

    boolean refusedWithin(Duration time, Moment now) {
        return refusedNanos.isPresent() && now.nanosSince(refusedNanos.getAsLong()) <= time.toNanos();
    }

    /** Whether a refused verdict is news; true once until the state changes. */
    boolean tellsRefusal() {
        boolean news = !refusalTold;
        refusalTold = true;
        return news;
    }

    /** Whether a probe may be asked for now, and if so notes that it was. */
    boolean asksForProbe(long spacingNanos, Moment now) {
        if (health.fitness().check().isEmpty()
                || (probeAskedNanos.isPresent() && now.nanosSince(probeAskedNanos.getAsLong()) < spacingNanos)) {
            return false;
        }
        probeAskedNanos = OptionalLong.of(now.nanos());
        return true;
    }
}
