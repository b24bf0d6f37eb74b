package io.weir.core.health;

import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Configuration;
import io.weir.core.model.Failover;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.Locality;
import io.weir.core.model.OutlierDetection;
import io.weir.core.model.Percent;
import io.weir.core.model.Pool;
import io.weir.core.model.Probe;
import io.weir.core.model.Quorum;
import io.weir.core.model.Tier;
import io.weir.core.model.Weight;
import io.weir.core.model.Zone;
import io.weir.core.model.ZonePolicy;
import io.weir.core.model.ZoneTiers;
import io.weir.testkit.SimulatedClock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** One pool named {@code shop} in a health book, under simulated time; remembers every effect. */
final class HealthScene {
    static final HealthCheck CHECK = check(HealthCheck.Initial.CHECKING);
    static final Duration HOLD_DOWN = Duration.ofSeconds(30);

    final SimulatedClock clock = new SimulatedClock();
    final HealthBook book = new HealthBook();
    final List<HealthEffect> effects = new ArrayList<>();
    private final Map<String, Backend> backends = new LinkedHashMap<>();
    private Optional<HealthCheck> check = Optional.of(CHECK);
    private final Set<String> shifted = new LinkedHashSet<>();
    private ZoneTiers zones = ZoneTiers.ALIKE;
    private Quorum quorum = Quorum.DEFAULT;
    private Optional<OutlierDetection> outliers = Optional.of(OutlierDetection.DEFAULT);
    private Optional<Duration> slowStart = Optional.empty();

    static HealthCheck check(HealthCheck.Initial initial) {
        return HealthCheck.of(new Probe.Tcp()).withInitial(initial);
    }

    HealthScene check(Optional<HealthCheck> wanted) {
        check = wanted;
        return this;
    }

    HealthScene outliers(Optional<OutlierDetection> wanted) {
        outliers = wanted;
        return this;
    }

    HealthScene slowStart(Optional<Duration> wanted) {
        slowStart = wanted;
        return this;
    }

    /** zone-a is primary, zone-b is backup. */
    HealthScene twoTiers() {
        zones = new ZoneTiers(List.of("zone-a"), List.of("zone-b"));
        return this;
    }

    /** The same pool in a book that goes on with what this one knows, on a clock of its own. */
    HealthScene goesOnElsewhere() {
        var elsewhere = new HealthScene().check(check).outliers(outliers).slowStart(slowStart).quorum(quorum);
        elsewhere.zones = zones;
        elsewhere.backends.putAll(backends);
        elsewhere.clock.advance(Duration.ofHours(1));
        elsewhere.book.goOnWith(book.known(now()));
        return elsewhere.configure();
    }

    HealthScene quorum(Quorum wanted) {
        quorum = wanted;
        return this;
    }

    /** The operator takes a zone out. */
    HealthScene shift(String zone) {
        shifted.add(zone);
        return this;
    }

    HealthScene backend(String name, String zone) {
        return backend(name, zone, 100, AdminState.ENABLED, 8080);
    }

    HealthScene backend(String name, String zone, int weight, AdminState admin, int port) {
        backends.put(name, new Backend(name, new InetSocketAddress("10.0.0.1", port), Optional.of(zone), new Weight(weight),
                OptionalInt.empty(), admin));
        return this;
    }

    HealthScene remove(String name) {
        backends.remove(name);
        return this;
    }

    /** Hands the settings made so far to the book. */
    HealthScene configure() {
        var policy = new ZonePolicy(zones, Failover.after(HOLD_DOWN), Locality.ANY, Percent.NONE, ZonePolicy.DEFAULT_OVERPROVISIONING);
        Pool pool = Pool.builder("shop")
            .zones(policy)
            .healthCheck(check)
            .outlierDetection(outliers)
            .slowStart(slowStart)
            .quorum(quorum)
            .backends(backends)
            .build();
        Map<String, Zone> zoneByName = new LinkedHashMap<>();
        shifted.forEach(zone -> zoneByName.put(zone, new Zone(zone, Optional.empty(), true)));
        effects.addAll(book.reconfigure(new Configuration(zoneByName, Map.of("shop", pool), Map.of()), now()));
        return this;
    }

    /** Backends {@code a} and {@code b} in one tier, both healthy. */
    static HealthScene twoHealthy() {
        HealthScene scene = new HealthScene().backend("a", "zone-a").backend("b", "zone-a").configure();
        scene.succeed("a").succeed("b").effects.clear();
        return scene;
    }

    Moment now() {
        return new Moment(clock.getAsLong(), clock.instant());
    }

    HealthScene pass(Duration time) {
        clock.advance(time);
        effects.addAll(book.onTimer(now()));
        return this;
    }

    HealthScene succeed(String backend) {
        return succeedBegun(backend, clock.getAsLong());
    }

    HealthScene succeedBegun(String backend, long startedNanos) {
        effects.addAll(book.onProbe(key(backend), new ProbeOutcome.Success(startedNanos, Duration.ofMillis(1)), now()));
        return this;
    }

    HealthScene fail(String backend) {
        ProbeOutcome refused = new ProbeOutcome.Failure(clock.getAsLong(), ProbeOutcome.Cause.REFUSED);
        effects.addAll(book.onProbe(key(backend), refused, now()));
        return this;
    }

    /** Nothing came back. */
    HealthScene silent(String backend) {
        ProbeOutcome nothing = new ProbeOutcome.Failure(clock.getAsLong(), ProbeOutcome.Cause.NO_ANSWER);
        effects.addAll(book.onProbe(key(backend), nothing, now()));
        return this;
    }

    HealthScene times(int count, Runnable step) {
        for (int i = 0; i < count; i++) {
            step.run();
        }
        return this;
    }

    HealthScene connectFails(String backend, int inARow) {
        effects.addAll(book.onConnectFailed(key(backend), ConnectFailure.REFUSED, inARow, now()));
        return this;
    }

    HealthScene failed(String backend, TrafficFailure last, int local, int gateway, int errors) {
        effects.addAll(book.onFailed(key(backend), new FailuresInARow(last, local, gateway, errors), now()));
        return this;
    }

    HealthScene sweep(Map<String, AnswerCounts> answersByBackend) {
        effects.addAll(book.onSweep("shop", answersByBackend, now()));
        return this;
    }

    HealthScene succeedWithWeight(String backend, int weight) {
        ProbeOutcome success = new ProbeOutcome.Success(clock.getAsLong(), Duration.ofMillis(1), OptionalInt.of(weight));
        effects.addAll(book.onProbe(key(backend), success, now()));
        return this;
    }

    /** The one that counts now. */
    int weight(String backend) {
        return book.status(key(backend)).effectiveWeight(backend(backend).weight());
    }

    BackendState state(String backend) {
        return book.status(key(backend)).state();
    }

    String cause(String backend) {
        return book.status(key(backend)).cause();
    }

    Tier tier() {
        return book.activeTier("shop");
    }

    Backend backend(String name) {
        return Objects.requireNonNull(backends.get(name), name);
    }

    Map<String, Backend> backends() {
        return backends;
    }

    /** Takes what has happened since the last call. */
    List<HealthEffect> takeEffects() {
        List<HealthEffect> taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }

    static BackendKey key(String backend) {
        return new BackendKey("shop", backend);
    }
}
