package io.weir.health.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.BackendKey;
import io.weir.core.health.Moment;
import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Registration;
import io.weir.core.model.Weight;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LeasesTest {
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final BackendKey FIRST = new BackendKey("shop", "i-1");
    private static final BackendKey SECOND = new BackendKey("shop", "i-2");

    private final Leases leases = new Leases();
    private final List<BackendKey> ended = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private Moment now = new Moment(Long.MAX_VALUE - 1_000, Instant.EPOCH);

    @Test
    void aMemberWithoutHeartbeatsEndsAfterItsTtlWhileOthersAreRenewed() {
        register(1, 2);
        pass(Duration.ofSeconds(29), SECOND);
        assertThat(ended).isEmpty();
        pass(Duration.ofSeconds(1), SECOND);
        assertThat(ended).containsExactly(FIRST);
    }

    @Test
    void whenNobodyIsHeardTheListFreezesAndTheFirstHeartbeatGivesAllOneMoreTtl() {
        register(1, 2);
        pass(Duration.ofMinutes(5));
        assertThat(ended).isEmpty();
        assertThat(told).containsExactly("frozen shop");

        pass(Duration.ofSeconds(29), SECOND);
        assertThat(told).containsExactly("frozen shop", "thawed shop");
        assertThat(ended).isEmpty();
        pass(Duration.ofSeconds(2), SECOND);
        assertThat(ended).containsExactly(FIRST);
    }

    @Test
    void theLastMemberStays() {
        register(1);
        pass(Duration.ofHours(1));
        assertThat(ended).isEmpty();
    }

    @Test
    void aFrozenPoolWhoseMembersWereAllToldToGoThaws() {
        register(1);
        pass(Duration.ofMinutes(1));
        register();
        pass(Duration.ofSeconds(1));
        assertThat(told).containsExactly("frozen shop", "thawed shop");
    }

    @Test
    void aProcessThatWasStoppedHoldsItAgainstNobody() {
        register(1, 2);
        pass(Duration.ofSeconds(10), SECOND);
        now = now.plus(Duration.ofMinutes(10));
        leases.renew(SECOND, now);
        pass(Duration.ofSeconds(29), SECOND);
        assertThat(ended).isEmpty();
    }

    @Test
    void inAPoolThatTakesNoRegistrationsAnyMoreLeasesJustEnd() {
        register(1);
        leases.sweep(now, _ -> false);
        now = now.plus(TTL);
        leases.sweep(now.plus(Duration.ZERO), _ -> false).ended().forEach(ended::add);
        for (int second = 0; second <= TTL.toSeconds() + 1; second++) { // the sweep was late, so there was one more ttl
            now = now.plus(Duration.ofSeconds(1));
            ended.addAll(leases.sweep(now, _ -> false).ended());
        }
        assertThat(ended).contains(FIRST);
    }

    @Test
    void oneThatLeavesNeedsNoHeartbeats() {
        var leaving = registration(1).told();
        leases.follow(List.of(leaving, registration(2)), now);
        pass(Duration.ofMinutes(2), SECOND);
        assertThat(ended).isEmpty();
    }

    private void register(int... numbers) {
        List<Registration> all = new ArrayList<>();
        for (int number : numbers) {
            all.add(registration(number));
        }
        leases.follow(all, now);
    }

    private static Registration registration(int number) {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8_000 + number);
        return new Registration("shop",
                new Backend("i-" + number, address, Optional.empty(), Weight.DEFAULT, OptionalInt.empty(), AdminState.ENABLED), TTL);
    }

    /** Sweeps each second; {@code beating} are renewed each second. */
    private void pass(Duration time, BackendKey... beating) {
        for (long second = 0; second < time.toSeconds(); second++) {
            now = now.plus(Duration.ofSeconds(1));
            List.of(beating).forEach(member -> leases.renew(member, now));
            var sweep = leases.sweep(now, _ -> true);
            ended.addAll(sweep.ended());
            sweep.frozen().forEach(pool -> told.add("frozen " + pool));
            sweep.thawed().forEach(pool -> told.add("thawed " + pool));
        }
    }
}
