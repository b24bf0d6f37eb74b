package io.weir.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.BackendState;
import io.weir.core.model.AdminState;
import io.weir.core.model.Algorithm.Plain;
import io.weir.core.model.Route;
import io.weir.core.model.Route.PathMatch;
import io.weir.core.model.Tier;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SnapshotBuilderTest {
    private static final Route CART = new Route("cart", List.of(), new PathMatch.Prefix("/cart"), "cart", Optional.empty());

    private final Scene scene = new Scene().backend("shop", "a1", "zone-a")
        .backend("shop", "a2", "zone-a")
        .backend("shop", "b1", "zone-b")
        .backend("cart", "c1", "zone-a")
        .tcp("edge", "shop")
        .tcp("other", "cart")
        .http("web", "shop", CART)
        .configure();

    @Test
    void nothingIsMadeAnewWhenNothingChanged() {
        Snapshot before = scene.publish();
        Snapshot after = scene.publish();

        assertThat(after.generation()).isEqualTo(before.generation() + 1);
        assertThat(after.pools()).allSatisfy((name, view) -> assertThat(view).isSameAs(before.pools().get(name)));
        assertThat(after.listeners()).allSatisfy((name, view) -> assertThat(view).isSameAs(before.listeners().get(name)));
    }

    @Test
    void theSameConfigurationReadAgainSharesEverything() {
        Snapshot before = scene.publish();
        Snapshot after = scene.configure().publish();

        assertThat(after.pools()).allSatisfy((name, view) -> assertThat(view).isSameAs(before.pools().get(name)));
        assertThat(after.listeners()).allSatisfy((name, view) -> assertThat(view).isSameAs(before.listeners().get(name)));
    }

    @Test
    void oneChangedStatusMakesItsPoolAnewAndWhatNamesIt() {
        Snapshot before = scene.publish();
        Snapshot after = scene.state("shop", "a1", BackendState.UNHEALTHY).publish();

        assertThat(view(after, "shop").generation()).isEqualTo(after.generation());
        assertThat(view(after, "cart")).isSameAs(view(before, "cart"));
        assertThat(after.listener("other")).containsSame(before.listener("other").orElseThrow());
        assertThat(((ListenerView.Tcp) after.listener("edge").orElseThrow()).pool()).isSameAs(view(after, "shop"));
        assertThat(web(after).fallback()).containsSame(view(after, "shop"));
        assertThat(web(after).poolByRoute()).containsExactly(view(after, "cart"));
        assertThat(web(after).routes()).isSameAs(web(before).routes());
        assertThat(view(after, "shop").members().get(1)).isSameAs(view(before, "shop").members().get(1));
    }

    @Test
    void aTierWhoseCandidatesStayKeepsItsTables() {
        PoolView before = view(scene.publish(), "shop");
        PoolView after = view(scene.state("shop", "a1", BackendState.UNHEALTHY).publish(), "shop");

        assertThat(after.preference().get(0).balancer()).isNotSameAs(before.preference().get(0).balancer());
        assertThat(after.preference().get(1).balancer()).isSameAs(before.preference().get(1).balancer());
    }

    @Test
    void aNewCauseOrTurnOfTiersKeepsTheTables() {
        PoolView before = view(scene.publish(), "shop");
        PoolView after = view(scene.cause("shop", "a1", BackendState.HEALTHY, "2 of 3").active("shop", Tier.BACKUP).publish(), "shop");

        assertThat(after.preference()).extracting(Candidates::tier).containsExactly(Tier.BACKUP, Tier.PRIMARY);
        assertThat(after.preference().get(0).balancer()).isSameAs(before.preference().get(1).balancer());
        assertThat(after.preference().get(1).balancer()).isSameAs(before.preference().get(0).balancer());
        assertThat(after.activeTier()).isEqualTo(Tier.BACKUP);
    }

    @Test
    void anotherWeightOrAlgorithmMakesAnotherTable() {
        PoolView first = view(scene.publish(), "shop");
        PoolView second = view(scene.weight("shop", "a1", 50).configure().publish(), "shop");
        PoolView third = view(scene.algorithm(Plain.RANDOM).configure().publish(), "shop");

        assertThat(second.preference().get(0).balancer()).isNotSameAs(first.preference().get(0).balancer());
        assertThat(third.preference().get(0).balancer()).isNotSameAs(second.preference().get(0).balancer());
    }

    @ParameterizedTest
    @EnumSource(BackendState.class)
    void onlyLiveMembersAreCandidatesBesideAHealthyOne(BackendState state) {
        scene.state("shop", "a1", state).publish();

        assertThat(names(0)).isEqualTo(state.live() ? List.of("a1", "a2") : List.of("a2"));
    }

    @Test
    void membersBeingCheckedServeWhereTheirTierHasNoHealthyOne() {
        scene.state("shop", "a1", BackendState.CHECKING).state("shop", "a2", BackendState.EJECTED).publish();

        assertThat(scene.view("shop").preference()).extracting(Candidates::tier).containsExactly(Tier.PRIMARY, Tier.BACKUP);
        assertThat(names(0)).containsExactly("a1");
    }

    @Test
    void aTierWithoutAnyCandidateIsLeftOut() {
        scene.state("shop", "a1", BackendState.UNHEALTHY).state("shop", "a2", BackendState.UNHEALTHY).publish();

        assertThat(scene.view("shop").preference()).extracting(Candidates::tier).containsExactly(Tier.BACKUP);
    }

    @Test
    void whereAllAreUnhealthyThereIsNobody() {
        scene.state("cart", "c1", BackendState.UNHEALTHY).publish();

        assertThat(scene.view("cart").preference()).isEmpty();
        assertThat(scene.view("cart").members()).hasSize(1);
    }

    @Test
    void weightZeroAndWhatTheOperatorTookOutAreNoCandidatesWhateverTheirHealth() {
        scene.weight("shop", "a1", 0).admin("shop", "a2", AdminState.DRAIN).admin("shop", "a3", AdminState.DISABLED);
        scene.weight("shop", "a4", 0).state("shop", "a4", BackendState.CHECKING);
        scene.admin("shop", "a5", AdminState.DRAIN).state("shop", "a5", BackendState.CHECKING);

        scene.configure().publish();

        assertThat(scene.view("shop").preference()).extracting(Candidates::tier).containsExactly(Tier.BACKUP);
    }

    @Test
    void aCapOutlivesSnapshotsAndTakesTheNewLimit() {
        scene.capped("shop", "a1", 1).configure().publish();
        var before = scene.view("shop").members().get(0).cap();
        before.tryAcquire();

        scene.capped("shop", "a1", 2).configure().publish();

        assertThat(scene.view("shop").members().get(0).cap()).isSameAs(before);
        assertThat(before.tryAcquire()).isTrue();
        assertThat(before.tryAcquire()).isFalse();
    }

    @Test
    void aCapIsForgottenWithItsBackend() {
        scene.capped("shop", "a1", 1).configure().publish();
        var before = scene.view("shop").members().get(0).cap();
        before.tryAcquire();

        scene.remove("shop", "a1").configure().publish();
        scene.capped("shop", "a1", 1).configure().publish();

        var again = scene.view("shop").members().stream().filter(m -> m.backend().name().equals("a1")).findFirst().orElseThrow();
        assertThat(again.cap()).isNotSameAs(before);
        assertThat(again.cap().tryAcquire()).isTrue();
    }

    private List<String> names(int preference) {
        return scene.view("shop").preference().get(preference).members().stream().map(member -> member.backend().name()).toList();
    }

    private static PoolView view(Snapshot snapshot, String pool) {
        return snapshot.pool(pool).orElseThrow();
    }

    private static ListenerView.Http web(Snapshot snapshot) {
        return (ListenerView.Http) snapshot.listener("web").orElseThrow();
    }
}
