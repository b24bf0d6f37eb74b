package io.weir.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.balance.LoopBackend;
import io.weir.core.health.BackendState;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LoopStateTest {
    private final Scene scene = new Scene().backend("shop", "a1", "zone-a").backend("shop", "a2", "zone-a").configure();
    private final LoopState loop = Scene.loop(1);

    @Test
    void aBackendStaysTheSameWhileHealthAndWeightChange() {
        scene.publish();
        LoopBackend before = backend("a1");

        scene.state("shop", "a1", BackendState.UNHEALTHY).publish();
        loop.pool(scene.view("shop"));
        scene.state("shop", "a1", BackendState.HEALTHY).weight("shop", "a1", 3).configure().publish();

        assertThat(backend("a1")).isSameAs(before);
        assertThat(before.current()).isTrue();
    }

    @Test
    void aBackendThatMovedOrGotACapIsAnotherAndTheOldOneIsRetired() {
        scene.publish();
        LoopBackend first = backend("a1");

        scene.port("shop", "a1", 81).configure().publish();
        LoopBackend second = backend("a1");
        scene.capped("shop", "a1", 5).configure().publish();
        LoopBackend third = backend("a1");

        assertThat(second).isNotSameAs(first);
        assertThat(third).isNotSameAs(second);
        assertThat(first.current()).isFalse();
        assertThat(second.current()).isFalse();
        assertThat(third.current()).isTrue();
        assertThat(second.address()).isEqualTo(Scene.address(81));
    }

    @Test
    void aRemovedBackendIsRetired() {
        scene.publish();
        LoopBackend removed = backend("a1");

        scene.remove("shop", "a1").configure().publish();
        PoolState pool = loop.pool(scene.view("shop"));

        assertThat(removed.current()).isFalse();
        assertThat(pool.backends()).extracting(b -> b.key().backend()).doesNotContain("a1");
    }

    @Test
    void anOlderViewIsAnsweredWithTheMembersOfTheNewerOne() {
        scene.publish();
        PoolView older = scene.view("shop");
        loop.pool(older);
        scene.remove("shop", "a1").configure().publish();
        loop.pool(scene.view("shop"));

        PoolState pool = loop.pool(older);

        assertThat(pool.view()).isSameAs(scene.view("shop"));
        PickSequence sequence = new PickSequence();
        sequence.start(pool, 0, 0);
        assertThat(Objects.requireNonNull(sequence.next()).key().backend()).isEqualTo("a2");
        assertThat(sequence.next()).isNull();
    }

    @Test
    void aPoolThatIsGoneIsForgottenWithItsBackends() {
        scene.publish();
        LoopBackend backend = backend("a1");

        loop.retain(scene.removePool("shop").configure().publish());

        assertThat(loop.pools()).isEmpty();
        assertThat(backend.current()).isFalse();
    }

    @Test
    void aBackendThatLeftIsRetiredAlsoWhereNoTrafficComes() {
        scene.publish();
        LoopBackend removed = backend("a1");

        loop.retain(scene.remove("shop", "a1").configure().publish());

        assertThat(removed.current()).isFalse();
    }

    @Test
    void aPoolThatIsNewerThanTheSnapshotToldOfIsKept() {
        Snapshot without = new Scene().configure().publish();
        scene.publish();
        scene.state("shop", "a1", BackendState.UNHEALTHY).publish();
        PoolState pool = loop.pool(scene.view("shop"));

        loop.retain(without);

        assertThat(loop.pools()).containsExactly(pool);
    }

    private LoopBackend backend(String name) {
        return loop.pool(scene.view("shop")).backends().stream().filter(b -> b.key().backend().equals(name)).findFirst().orElseThrow();
    }
}
