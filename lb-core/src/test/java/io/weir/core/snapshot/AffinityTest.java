package io.weir.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.affinity.AffinityKey;
import io.weir.core.affinity.AffinityTable;
import io.weir.core.affinity.Target;
import io.weir.core.balance.FlowHash;
import io.weir.core.balance.LoopBackend;
import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendState;
import io.weir.core.model.AdminState;
import io.weir.core.model.Affinity;
import io.weir.core.model.Affinity.AtWeightZero;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Algorithm.Plain;
import io.weir.core.model.Tier;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is picked for a source that has been here before. */
class AffinityTest {
    private static final int BACKENDS = 8;
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");

    private final Scene scene = new Scene().algorithm(Plain.ROUND_ROBIN).settings("shop", pool -> pool.affinity(Affinity.DEFAULT));
    private final LoopState loop = Scene.loop(1);
    private final LoopState otherLoop = Scene.loop(2);
    private final PickSequence sequence = new PickSequence();

    AffinityTest() {
        for (int i = 0; i < BACKENDS; i++) {
            scene.backend("shop", "i-" + i, "zone-a");
        }
        scene.backend("shop", "spare", "zone-b").configure().publish();
    }

    private void start(LoopState on, InetAddress client) {
        sequence.start(on.pool(scene.view("shop")), 0, 0);
        sequence.stay(client);
    }

    private String next() {
        LoopBackend backend = Objects.requireNonNull(sequence.next());
        backend.close();
        return backend.key().backend();
    }

    private String pick(LoopState on, InetAddress client) {
        start(on, client);
        return next();
    }

    private String pick() {
        return pick(loop, CLIENT);
    }

    /** Where the client goes while something keeps it from where it stayed, and after. */
    private void assertMovedForGood(String home, Runnable repair) {
        scene.configure().publish();
        String refuge = pick();
        assertThat(refuge).isNotEqualTo(home);

        repair.run();
        scene.configure().publish();
        assertThat(pick()).isEqualTo(refuge);
    }

    @Test
    void aSourceStaysOnEveryLoop() {
        String home = pick();

        for (int i = 0; i < 3 * BACKENDS; i++) {
            assertThat(pick(i % 2 == 0 ? loop : otherLoop, CLIENT)).isEqualTo(home);
        }

        assertThat(loop.pool(scene.view("shop")).affinity().unknown()).isEqualTo(1);
        assertThat(loop.pool(scene.view("shop")).affinity().stayed()).isEqualTo(3 * BACKENDS / 2);
    }

    @Test
    void otherSourcesAreSpread() {
        Set<String> homes = new HashSet<>();
        for (int i = 0; i < BACKENDS; i++) {
            homes.add(pick(loop, InetAddress.ofLiteral("198.51.100." + i)));
        }

        assertThat(homes).hasSize(BACKENDS);
    }

    @ParameterizedTest
    @EnumSource(value = BackendState.class, names = {"UNHEALTHY", "EJECTED"})
    void aSourceLeavesABackendThatIsOutAndStaysWhereItWent(BackendState out) {
        String home = pick();

        scene.state("shop", home, out);

        assertMovedForGood(home, () -> scene.state("shop", home, BackendState.HEALTHY));
    }

    @ParameterizedTest
    @EnumSource(value = AdminState.class, names = {"DRAIN", "DISABLED"})
    void aSourceLeavesABackendThatItsOperatorTakesOut(AdminState out) {
        String home = pick();

        scene.admin("shop", home, out);

        assertMovedForGood(home, () -> scene.admin("shop", home, AdminState.ENABLED));
    }

    @Test
    void weightZeroEndsIt() {
        String home = pick();

        scene.weight("shop", home, 0);

        assertMovedForGood(home, () -> scene.weight("shop", home, 100));
    }

    @Test
    void weightZeroKeepsItWhereTheOperatorWantsThatAsLongAsTheBackendIsHealthy() {
        scene.settings("shop",
                pool -> pool.affinity(new Affinity(Duration.ofMinutes(10), 32, 64, 1000, AtWeightZero.KEEP)))
            .configure()
            .publish();
        String home = pick();

        scene.weight("shop", home, 0).configure().publish();
        assertThat(pick()).isEqualTo(home);
        assertThat(pick(loop, InetAddress.ofLiteral("198.51.100.1"))).isNotEqualTo(home);

        scene.state("shop", home, BackendState.UNHEALTHY).publish();
        assertThat(pick()).isNotEqualTo(home);
    }

    @Test
    void removalEndsItAndABackendOfTheSameNameElsewhereIsAnother() {
        String home = pick();

        scene.port("shop", home, 81);

        assertMovedForGood(home, () -> scene.port("shop", home, 80));
        String refuge = pick();
        scene.remove("shop", refuge);
        assertMovedForGood(refuge, () -> {});
    }

    @Test
    void zonesComeFirst() {
        String home = pick();

        scene.active("shop", Tier.BACKUP).publish();
        assertThat(pick()).isEqualTo("spare");

        scene.active("shop", Tier.PRIMARY).publish();
        assertThat(pick()).isNotEqualTo("spare");
        assertThat(home).isNotEqualTo("spare");
    }

    @Test
    void aRetryMovesTheSourceAndTriesNobodyTwice() {
        String home = pick();
        start(loop, CLIENT);
        assertThat(next()).isEqualTo(home);
        String refuge = next();

        Set<String> tried = new HashSet<>(List.of(home, refuge));
        for (LoopBackend backend = sequence.next(); backend != null; backend = sequence.next()) {
            assertThat(tried.add(backend.key().backend())).isTrue();
            backend.close();
        }

        assertThat(tried).hasSize(BACKENDS + 1);
        start(loop, CLIENT);
        sequence.clear();
        assertThat(pick()).isNotEqualTo(home);
        assertThat(loop.pool(scene.view("shop")).affinity().moved()).isPositive();
    }

    @Test
    void aSourceWhoseBackendIsFullGoesElsewhere() {
        for (int i = 0; i < BACKENDS; i++) {
            scene.capped("shop", "i-" + i, 1);
        }
        scene.configure().publish();
        start(loop, CLIENT);
        LoopBackend full = Objects.requireNonNull(sequence.next());

        assertThat(pick()).isNotEqualTo(full.key().backend());
        full.close();
    }

    @Test
    void loopsThatSeeASourceAtTheSameMomentSendItToOneBackend() {
        var elsewhere = new PickSequence();
        start(loop, CLIENT); // looks the source up, and finds nothing
        elsewhere.start(otherLoop.pool(scene.view("shop")), 0, 0);
        elsewhere.stay(CLIENT);

        String first = next();
        @Nullable LoopBackend second = elsewhere.next();

        assertThat(Objects.requireNonNull(second).key().backend()).isEqualTo(first);
        second.close();
        Set<String> tried = new HashSet<>(List.of(first));
        for (LoopBackend backend = elsewhere.next(); backend != null; backend = elsewhere.next()) {
            assertThat(tried.add(backend.key().backend())).isTrue();
            backend.close();
        }
        assertThat(tried).hasSize(BACKENDS + 1);
    }

    private @Nullable String pickOf(AffinityKey id) {
        PoolState pool = loop.pool(scene.view("shop"));
        sequence.start(pool, FlowHash.id(id.high(), id.low()), 0);
        sequence.stayIfKnown(id);
        return next();
    }

    @Test
    void aConnectionIdThatABackendGaveOutLeadsToItAlsoWhileItDrainsAndOthersGoByTheirHash() {
        scene.settings("shop", _ -> {}).algorithm(new Algorithm.Maglev(Algorithm.HashKey.QUIC_ID)).configure().publish();
        var id = new AffinityKey(1, 2);
        var other = new AffinityKey(3, 4);
        String byHash = pickOf(id);
        String home = "i-0".equals(byHash) ? "i-1" : "i-0";
        AffinityTable table = scene.view("shop").affinity().orElseThrow();
        table.put(id, new Target(new BackendKey("shop", home), Scene.address(80)));

        assertThat(pickOf(id)).isEqualTo(home);
        assertThat(pickOf(other)).isEqualTo(pickOf(other));
        assertThat(table.size()).as("what is not known is not remembered").isEqualTo(1);

        scene.weight("shop", home, 0).configure().publish();
        assertThat(pickOf(id)).isEqualTo(home);
        scene.state("shop", home, BackendState.UNHEALTHY).publish();
        assertThat(pickOf(id)).isNotEqualTo(home);
    }
}
