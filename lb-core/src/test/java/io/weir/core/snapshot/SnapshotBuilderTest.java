package io.weir.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.balance.Balancer;
import io.weir.core.balance.PickState;
import io.weir.core.health.BackendState;
import io.weir.core.model.AdminState;
import io.weir.core.model.Algorithm.Plain;
import io.weir.core.model.Route;
import io.weir.core.model.Route.PathMatch;
import io.weir.core.model.Sorry;
import io.weir.core.model.Tier;
import io.weir.core.model.ZoneTiers;
import io.weir.core.zone.Group.Part;
import io.weir.core.zone.Mode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

        assertThat(after.groups().get(0).balancer()).isNotSameAs(before.groups().get(0).balancer());
        assertThat(after.groups().get(1).balancer()).isSameAs(before.groups().get(1).balancer());
    }

    @Test
    void aNewCauseOrTurnOfTiersKeepsTheTables() {
        PoolView before = view(scene.publish(), "shop");
        PoolView after = view(scene.cause("shop", "a1", BackendState.HEALTHY, "2 of 3").active("shop", Tier.BACKUP).publish(), "shop");

        assertThat(after.groups()).extracting(Candidates::tier).containsExactly(Tier.BACKUP, Tier.PRIMARY);
        assertThat(after.groups().get(0).balancer()).isSameAs(before.groups().get(1).balancer());
        assertThat(after.groups().get(1).balancer()).isSameAs(before.groups().get(0).balancer());
        assertThat(after.activeTier()).isEqualTo(Tier.BACKUP);
    }

    @Test
    void anotherWeightOrAlgorithmMakesAnotherTable() {
        PoolView first = view(scene.publish(), "shop");
        PoolView second = view(scene.weight("shop", "a1", 50).configure().publish(), "shop");
        PoolView third = view(scene.algorithm(Plain.RANDOM).configure().publish(), "shop");

        assertThat(second.groups().get(0).balancer()).isNotSameAs(first.groups().get(0).balancer());
        assertThat(third.groups().get(0).balancer()).isNotSameAs(second.groups().get(0).balancer());
    }

    @ParameterizedTest
    @CsvSource({"1, 10, 10", "1, 55, 55", "7, 10, 10", "100, 91, 91"})
    void aMemberThatWarmsUpHasItsPartOfTheTurnsHoweverSmallTheWeights(int weight, int warmth, int turns) {
        Scene ramp = new Scene().weight("shop", "a1", weight).weight("shop", "a2", weight).configure().warming("shop", "a2", warmth);

        Balancer balancer = view(ramp.publish(), "shop").groups().getFirst().balancer();

        PickState state = new PickState(new SplittableRandom(1));
        long warm = IntStream.range(0, 100 + turns).filter(_ -> balancer.pick(state, 0, 0) == 1).count();
        assertThat(warm).isEqualTo(turns);
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

        assertThat(scene.view("shop").groups()).extracting(Candidates::tier).containsExactly(Tier.PRIMARY, Tier.BACKUP, Tier.PRIMARY);
        assertThat(names(0)).containsExactly("a1");
    }

    @Test
    void aTierWithoutAnyCandidateIsLeftOut() {
        scene.state("shop", "a1", BackendState.UNHEALTHY).state("shop", "a2", BackendState.UNHEALTHY).publish();

        assertThat(scene.view("shop").groups()).extracting(Candidates::tier).containsExactly(Tier.BACKUP);
    }

    @Test
    void whereAllAreUnhealthyThereIsNobody() {
        scene.state("cart", "c1", BackendState.UNHEALTHY).publish();

        assertThat(scene.view("cart").groups()).isEmpty();
        assertThat(scene.view("cart").members()).hasSize(1);
    }

    @Test
    void weightZeroAndWhatTheOperatorTookOutAreNoCandidatesWhateverTheirHealth() {
        scene.weight("shop", "a1", 0).admin("shop", "a2", AdminState.DRAIN).admin("shop", "a3", AdminState.DISABLED);
        scene.weight("shop", "a4", 0).state("shop", "a4", BackendState.CHECKING);
        scene.admin("shop", "a5", AdminState.DRAIN).state("shop", "a5", BackendState.CHECKING);

        scene.configure().publish();

        assertThat(scene.view("shop").groups()).extracting(Candidates::tier).containsExactly(Tier.BACKUP);
    }

    @Test
    void aPoolIsNotLookedAtWhileItsVersionStandsStill() {
        Snapshot before = scene.publish();

        Snapshot after = scene.stateInSecret("shop", "a1", BackendState.UNHEALTHY).publish();

        assertThat(view(after, "shop")).isSameAs(view(before, "shop"));
        assertThat(view(scene.state("shop", "a2", BackendState.HEALTHY).publish(), "shop")).isNotSameAs(view(before, "shop"));
    }

    @Test
    void withoutQuorumThePoolIsSorryAndItsSorryPoolServes() {
        scene.settings("shop", pool -> pool.sorry(new Sorry.Redirected("cart"))).configure().publish();
        assertThat(scene.view("shop").serving()).isSameAs(scene.view("shop"));

        scene.quorum("shop", false).publish();

        assertThat(scene.view("shop").mode()).isEqualTo(Mode.SORRY);
        assertThat(scene.view("shop").groups()).isEmpty();
        assertThat(scene.view("shop").serving()).isSameAs(scene.view("cart"));
    }

    @Test
    void aPoolFollowsItsSorryPool() {
        scene.settings("shop", pool -> pool.sorry(new Sorry.Redirected("cart"))).quorum("shop", false).configure().publish();

        scene.state("cart", "c1", BackendState.UNHEALTHY).publish();

        assertThat(scene.view("shop").serving()).isSameAs(scene.view("cart"));
        assertThat(scene.view("cart").groups()).isEmpty();
    }

    @Test
    void membersOfAShiftedZoneAreNoCandidates() {
        scene.shift("zone-a").configure().publish();

        assertThat(scene.view("shop").groups()).extracting(Candidates::tier).containsExactly(Tier.BACKUP);
        assertThat(scene.view("shop").shareByZone()).isEqualTo(Map.of("zone-a", 0.0, "zone-b", 1.0));
    }

    @Test
    void ejectedMembersComeLast() {
        scene.state("shop", "a1", BackendState.EJECTED).publish();

        assertThat(scene.view("shop").groups()).extracting(Candidates::part).containsExactly(Part.ALL, Part.ALL, Part.EJECTED);
        assertThat(names(2)).containsExactly("a1");
    }

    @Test
    void sharesOfZonesFollowWeights() {
        scene.settings("shop", pool -> pool.zones(ZoneTiers.ALIKE)).weight("shop", "a1", 50).configure().publish();

        assertThat(scene.view("shop").shareByZone()).isEqualTo(Map.of("zone-a", 0.6, "zone-b", 0.4));
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
        return scene.view("shop").groups().get(preference).members().stream().map(member -> member.backend().name()).toList();
    }

    private static PoolView view(Snapshot snapshot, String pool) {
        return snapshot.pool(pool).orElseThrow();
    }

    private static ListenerView.Http web(Snapshot snapshot) {
        return (ListenerView.Http) snapshot.listener("web").orElseThrow();
    }
}
