package io.weir.core.health;

import static io.weir.core.health.BackendState.CHECKING;
import static io.weir.core.health.BackendState.EJECTED;
import static io.weir.core.health.BackendState.HEALTHY;
import static io.weir.core.health.BackendState.UNHEALTHY;
import static io.weir.core.health.BackendState.WARMING;
import static io.weir.core.health.HealthScene.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.AdminState;
import io.weir.core.model.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What one process knew and another goes on with. */
class KnownHealthTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void everyMemberIsWhatItWasAndNothingIsTold() {
        var before = new HealthScene().slowStart(Optional.of(Duration.ofSeconds(30)))
            .backend("up", "zone-a")
            .backend("other", "zone-a")
            .backend("down", "zone-a")
            .backend("out", "zone-a")
            .backend("drained", "zone-a", 100, AdminState.DRAIN, 8080)
            .configure();
        before.succeed("up").succeed("other").fail("down").succeed("out");
        before.pass(SECOND).backend("cold", "zone-a").configure().succeed("cold").pass(Duration.ofSeconds(10));
        before.connectFails("out", 5);
        assertThat(List.of(before.state("up"), before.state("down"), before.state("out"), before.state("cold")))
            .containsExactly(HEALTHY, UNHEALTHY, EJECTED, WARMING);

        var after = before.goesOnElsewhere();

        for (String name : before.backends().keySet()) {
            assertThat(after.book.status(key(name))).as(name).isEqualTo(before.book.status(key(name)));
        }
        assertThat(after.effects).isEmpty();
    }

    @Test
    void countsAndDeadlinesGoOnFromWhereTheyWere() {
        var before = HealthScene.twoHealthy().backend("c", "zone-a").configure().succeed("c");
        before.fail("a").connectFails("b", 5);
        Duration ejection = Duration.ofNanos(before.book.nextTimerNanos().orElseThrow() - before.clock.getAsLong());
        before.pass(SECOND);

        var after = before.goesOnElsewhere();

        assertThat(after.fail("a").state("a")).isEqualTo(UNHEALTHY);
        assertThat(after.pass(ejection.minus(SECOND.multipliedBy(2))).state("b")).isEqualTo(EJECTED);
        assertThat(after.pass(SECOND).state("b")).isEqualTo(HEALTHY);
    }

    @Test
    void aPoolStaysInItsTierAndReturnsAtTheSameTime() {
        var before = new HealthScene().twoTiers().backend("a", "zone-a").backend("b", "zone-b").configure().succeed("a").succeed("b");
        before.fail("a").fail("a").succeed("a").succeed("a").succeed("a").pass(SECOND);
        assertThat(before.tier()).isEqualTo(Tier.BACKUP);

        var after = before.goesOnElsewhere();

        assertThat(after.tier()).isEqualTo(Tier.BACKUP);
        assertThat(after.book.tier("shop").active()).isEqualTo(Tier.BACKUP);
        assertThat(after.book.tier("shop").reason().code()).isEqualTo("none-usable");
        assertThat(after.pass(HealthScene.HOLD_DOWN.minus(SECOND.multipliedBy(2))).tier()).isEqualTo(Tier.BACKUP);
        assertThat(after.pass(SECOND).tier()).isEqualTo(Tier.PRIMARY);
    }

    @Test
    void aMemberWithAnotherAddressIsNotTheOneThatWasKnown() {
        var before = HealthScene.twoHealthy();
        var after = new HealthScene().backend("a", "zone-a", 100, AdminState.ENABLED, 9090).backend("b", "zone-a");

        after.book.goOnWith(before.book.known(before.now()));
        after.configure();

        assertThat(after.state("a")).isEqualTo(CHECKING);
        assertThat(after.state("b")).isEqualTo(HEALTHY);
    }

    @Test
    void aMemberThatIsFoundALittleLaterIsKnownToo() {
        var before = HealthScene.twoHealthy();
        var after = new HealthScene().backend("a", "zone-a");
        after.book.goOnWith(before.book.known(before.now()));
        after.configure();

        after.pass(SECOND).backend("b", "zone-a").configure();
        assertThat(after.state("b")).isEqualTo(HEALTHY);

        after.remove("b").configure().pass(PoolMembers.KNOWN_FOR).backend("b", "zone-a").configure();
        assertThat(after.state("b")).isEqualTo(CHECKING);
    }
}
