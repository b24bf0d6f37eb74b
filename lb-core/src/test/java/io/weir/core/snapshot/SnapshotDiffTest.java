package io.weir.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendState;
import io.weir.core.model.AdminState;
import io.weir.core.model.Draining;
import io.weir.core.model.Draining.Occasion;
import io.weir.core.snapshot.SnapshotDiff.Leaving;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapshotDiffTest {
    private static final BackendKey A1 = new BackendKey("shop", "a1");
    private static final BackendKey A2 = new BackendKey("shop", "a2");
    private static final long DRAIN_NANOS = Scene.DRAIN.toNanos();

    private final Scene scene = new Scene().backend("shop", "a1", "zone-a").backend("shop", "a2", "zone-a").backend("cart", "c1", "zone-a");
    private final List<SnapshotDiff> diffs = new ArrayList<>();

    @BeforeEach
    void start() {
        scene.configure().publish();
        scene.publisher.subscribe(diffs::add);
    }

    @Test
    void aRemovedBackendLeavesWithTheDrainTime() {
        scene.remove("shop", "a1").configure().publish();

        assertThat(leaving()).isEqualTo(Map.of(A1, new Leaving(Scene.address(80), DRAIN_NANOS)));
    }

    @Test
    void aMovedBackendLeavesItsOldAddress() {
        scene.port("shop", "a1", 81).configure().publish();

        assertThat(leaving()).isEqualTo(Map.of(A1, new Leaving(Scene.address(80), DRAIN_NANOS)));
    }

    @Test
    void aDrainedBackendLeavesWithTheDrainTimeAndADisabledOneAtOnce() {
        scene.admin("shop", "a1", AdminState.DRAIN).admin("shop", "a2", AdminState.DISABLED).configure().publish();

        assertThat(leaving()).isEqualTo(
                Map.of(A1, new Leaving(Scene.address(80), DRAIN_NANOS), A2, new Leaving(Scene.address(80), 0)));
    }

    @Test
    void aBackendThatIsDrainingDoesNotStartAgainAndMayStillBeDisabled() {
        scene.admin("shop", "a1", AdminState.DRAIN).configure().publish();
        scene.weight("shop", "a2", 7).configure().publish();
        assertThat(leaving()).isEmpty();

        scene.admin("shop", "a1", AdminState.DISABLED).configure().publish();
        assertThat(leaving()).isEqualTo(Map.of(A1, new Leaving(Scene.address(80), 0)));
    }

    @Test
    void allBackendsOfARemovedPoolLeave() {
        scene.removePool("shop").configure().publish();

        assertThat(leaving()).containsOnlyKeys(A1, A2);
    }

    @Test
    void nobodyLeavesForHealthWeightCapOrAnEnable() {
        scene.admin("shop", "a1", AdminState.DRAIN).configure().publish();

        scene.state("shop", "a2", BackendState.UNHEALTHY).publish();
        assertThat(leaving()).isEmpty();
        scene.weight("shop", "a2", 0).configure().publish();
        assertThat(leaving()).isEmpty();
        scene.capped("shop", "a2", 5).configure().publish();
        assertThat(leaving()).isEmpty();
        scene.admin("shop", "a1", AdminState.ENABLED).configure().publish();
        assertThat(leaving()).isEmpty();
    }

    @Test
    void whereRemovalIsNoOccasionConnectionsOfARemovedBackendLiveOn() {
        drainOn();
        scene.remove("shop", "a1").configure().publish();

        assertThat(leaving()).isEmpty();
    }

    @Test
    void aDrainAlwaysDrains() {
        drainOn();
        scene.admin("shop", "a1", AdminState.DRAIN).configure().publish();

        assertThat(leaving()).isEqualTo(Map.of(A1, new Leaving(Scene.address(80), DRAIN_NANOS)));
    }

    @Test
    void aFailedCheckDrainsWhereThatIsAnOccasion() {
        drainOn(Occasion.FAILED_CHECK);

        scene.state("shop", "a1", BackendState.UNHEALTHY).publish();
        assertThat(leaving()).isEqualTo(Map.of(A1, new Leaving(Scene.address(80), DRAIN_NANOS)));
        assertThat(scene.publisher.current().letsGo(A1, Scene.address(80))).isTrue();

        scene.state("shop", "a2", BackendState.EJECTED).cause("shop", "a1", BackendState.UNHEALTHY, "still").publish();
        assertThat(leaving()).isEmpty();

        scene.state("shop", "a1", BackendState.HEALTHY).publish();
        assertThat(leaving()).isEmpty();
        assertThat(scene.publisher.current().letsGo(A1, Scene.address(80))).isFalse();
    }

    @Test
    void weightZeroDrainsWhereThatIsAnOccasion() {
        drainOn(Occasion.WEIGHT_ZERO);

        scene.weight("shop", "a1", 0).configure().publish();
        assertThat(leaving()).isEqualTo(Map.of(A1, new Leaving(Scene.address(80), DRAIN_NANOS)));
        scene.weight("shop", "a1", 1).configure().publish();

        assertThat(leaving()).isEmpty();
        assertThat(scene.publisher.current().letsGo(A1, Scene.address(80))).isFalse();
    }

    private void drainOn(Occasion... occasions) {
        scene.settings("shop", pool -> pool.draining(new Draining(Scene.DRAIN, Set.of(occasions)))).configure().publish();
    }

    @Test
    void connectionsToWhatIsGoneMovedOrWithdrawnAreLetGo() {
        assertThat(scene.publisher.current().letsGo(A1, Scene.address(80))).isFalse();
        assertThat(scene.publisher.current().letsGo(A1, Scene.address(81))).isTrue();
        assertThat(scene.publisher.current().letsGo(new BackendKey("shop", "a9"), Scene.address(80))).isTrue();
        assertThat(scene.publisher.current().letsGo(new BackendKey("stop", "a1"), Scene.address(80))).isTrue();
        scene.admin("shop", "a1", AdminState.DRAIN).configure().publish();
        assertThat(scene.publisher.current().letsGo(A1, Scene.address(80))).isTrue();
    }

    @Test
    void theDiffHoldsBothSnapshots() {
        Snapshot before = scene.publisher.current();
        Snapshot after = scene.publish();

        assertThat(diffs.getLast().before()).isSameAs(before);
        assertThat(diffs.getLast().after()).isSameAs(after);
    }

    private Map<BackendKey, Leaving> leaving() {
        return diffs.getLast().leaving();
    }
}
