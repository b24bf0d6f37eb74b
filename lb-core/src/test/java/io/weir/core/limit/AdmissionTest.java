package io.weir.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.AccessList;
import io.weir.core.model.AccessList.Mode;
import io.weir.core.model.Cidr;
import io.weir.core.model.Configuration;
import io.weir.core.model.Entrance;
import io.weir.core.model.Listener;
import io.weir.core.model.ListenerLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final long NOW = 1;
    private static final AccessList OFFICE = list("office", Mode.ALLOW, "10.0.0.0/8", "2001:db8::/32");
    private static final AccessList PARTNERS = list("partners", Mode.ALLOW, "192.0.2.0/24");
    private static final AccessList NOISY = list("noisy", Mode.DENY, "10.9.0.0/16");
    private static final AccessList NOBODY = list("nobody", Mode.ALLOW);

    private final AdmissionTable table = new AdmissionTable(() -> 4711);

    @Test
    void anOpenListenerTakesEverybodyAndAsksNobodysAddress() {
        assertThat(Admission.OPEN.decide(() -> {
            throw new AssertionError("asked");
        }, NOW)).isSameAs(Admission.OPEN);
    }

    @Test
    void aListThatAllowsTurnsAwayWhoIsNotOnIt() {
        Admission admission = admission(ListenerLimits.NONE, OFFICE);

        assertThat(admission.decide(client("10.1.2.3"), NOW)).isSameAs(admission);
        assertThat(admission.decide(client("2001:db8::1"), NOW)).isSameAs(admission);
        assertThat(admission.decide(client("11.1.2.3"), NOW)).isEqualTo(Refusal.ACCESS_LIST);
        assertThat(admission.decide(client("::1"), NOW)).isEqualTo(Refusal.ACCESS_LIST);
    }

    @Test
    void whoIsOnAListThatDeniesStaysOutWhateverOthersAllow() {
        Admission admission = admission(ListenerLimits.NONE, NOISY, OFFICE, PARTNERS);

        assertThat(admission.decide(client("10.9.0.1"), NOW)).isEqualTo(Refusal.ACCESS_LIST);
        assertThat(admission.decide(client("10.8.0.1"), NOW)).isSameAs(admission);
        assertThat(admission.decide(client("192.0.2.1"), NOW)).isSameAs(admission);
        assertThat(admission.decide(client("192.0.3.1"), NOW)).isEqualTo(Refusal.ACCESS_LIST);
    }

    @Test
    void anEmptyListThatAllowsTurnsEverybodyAwayAndAnEmptyOneThatDeniesNobody() {
        assertThat(admission(ListenerLimits.NONE, NOBODY).decide(client("10.0.0.1"), NOW)).isEqualTo(Refusal.ACCESS_LIST);
        Admission open = admission(ListenerLimits.NONE, list("none", Mode.DENY));
        assertThat(open.decide(client("10.0.0.1"), NOW)).isSameAs(open);
    }

    @Test
    void aSourceAtItsLimitIsTurnedAwayUntilItLeavesAPlaceAndOthersAreNot() {
        Admission admission = admission(limits(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(2)));

        Place first = (Place) admission.decide(client("10.0.0.1"), NOW);
        assertThat(admission.decide(client("10.0.0.1"), NOW)).isInstanceOf(Place.class);
        assertThat(admission.decide(client("10.0.0.1"), NOW)).isEqualTo(Refusal.SOURCE_FULL);
        assertThat(admission.decide(client("10.0.0.2"), NOW)).isInstanceOf(Place.class);
        first.release();
        assertThat(admission.decide(client("10.0.0.1"), NOW)).isInstanceOf(Place.class);
    }

    @Test
    void sixtyFourBitsOfAnIpv6AddressAreOneSource() {
        Admission admission = admission(limits(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(1)));

        assertThat(admission.decide(client("2001:db8:0:1::1"), NOW)).isInstanceOf(Place.class);
        assertThat(admission.decide(client("2001:db8:0:1:ffff::2"), NOW)).isEqualTo(Refusal.SOURCE_FULL);
        assertThat(admission.decide(client("2001:db8:0:2::1"), NOW)).isInstanceOf(Place.class);
    }

    @Test
    void whoIsRefusedForAnotherReasonHoldsNoPlaceOfItsSource() {
        Admission admission = admission(limits(OptionalInt.of(1), OptionalInt.empty(), OptionalInt.of(1)));
        Place first = (Place) admission.decide(client("10.0.0.1"), NOW);
        assertThat(admission.decide(client("10.0.0.2"), NOW)).isEqualTo(Refusal.LISTENER_FULL);
        first.release();

        assertThat(admission.decide(client("10.0.0.2"), NOW)).isInstanceOf(Place.class);
        assertThat(admission.connections().open()).isEqualTo(1);
    }

    @Test
    void aSourceThatIsTurnedAwayDoesNotUseTheRateUp() {
        Admission admission = admission(limits(OptionalInt.empty(), OptionalInt.of(2), OptionalInt.of(1)));

        assertThat(admission.decide(client("10.0.0.1"), NOW)).isInstanceOf(Place.class);
        assertThat(admission.decide(client("10.0.0.1"), NOW)).isEqualTo(Refusal.SOURCE_FULL);
        assertThat(admission.decide(client("10.0.0.2"), NOW)).isInstanceOf(Place.class);
        assertThat(admission.decide(client("10.0.0.3"), NOW)).isEqualTo(Refusal.TOO_FAST);
    }

    @Test
    void aChangeOfLimitsCountsOnWhatIsOpen() {
        Admission before = admission(limits(OptionalInt.of(5), OptionalInt.empty(), OptionalInt.of(5)));
        Place place = (Place) before.decide(client("10.0.0.1"), NOW);
        Admission after = admission(limits(OptionalInt.of(1), OptionalInt.empty(), OptionalInt.of(5)));

        assertThat(after.decide(client("10.0.0.2"), NOW)).isEqualTo(Refusal.LISTENER_FULL);
        place.release();
        assertThat(after.decide(client("10.0.0.2"), NOW)).isInstanceOf(Place.class);
    }

    @Test
    void whatDidNotChangeIsTheSameAndListenersShareTheRulesOfTheSameLists() {
        Configuration first = configuration(ListenerLimits.NONE, OFFICE);
        Configuration again = configuration(ListenerLimits.NONE, list("office", Mode.ALLOW, "10.0.0.0/8", "2001:db8::/32"));
        Entrance entrance = entrance(first);
        Entrance other = Entrance.of("other", entrance.bind()).withAccessLists(List.of("office"));

        assertThat(table.admission(entrance, again)).isEqualTo(table.admission(entrance, first));
        assertThat(table.admission(other, first).access()).isSameAs(table.admission(entrance, first).access());
        assertThat(table.admission(entrance, configuration(ListenerLimits.NONE, list("office", Mode.DENY, "10.0.0.0/8"))))
            .isNotEqualTo(table.admission(entrance, first));
    }

    @Test
    void aListenerThatWasRemovedStartsAnew() {
        ListenerLimits limits = limits(OptionalInt.of(1), OptionalInt.of(1), OptionalInt.of(1));
        Admission before = admission(limits);
        assertThat(before.decide(client("10.0.0.1"), NOW)).isInstanceOf(Place.class);
        table.retain(Configuration.EMPTY);

        assertThat(admission(limits).decide(client("10.0.0.1"), NOW)).isInstanceOf(Place.class);
    }

    private Admission admission(ListenerLimits limits, AccessList... lists) {
        Configuration configuration = configuration(limits, lists);
        return table.admission(entrance(configuration), configuration);
    }

    private static Entrance entrance(Configuration configuration) {
        return configuration.listeners().values().iterator().next().entrance();
    }

    private static Configuration configuration(ListenerLimits limits, AccessList... lists) {
        Entrance entrance = Entrance.of("edge", new InetSocketAddress(80))
            .withLimits(limits)
            .withAccessLists(Arrays.stream(lists).map(AccessList::name).toList());
        return new Configuration(Map.of(), Map.of(), Map.of("edge", Listener.Tcp.of(entrance, "p")), Map.of(),
                Arrays.stream(lists).collect(Collectors.toMap(AccessList::name, Function.identity())));
    }

    private static ListenerLimits limits(OptionalInt connections, OptionalInt perSecond, OptionalInt perSource) {
        return new ListenerLimits(connections, OptionalInt.empty(), perSecond, perSource);
    }

    private static Admission.Client client(String address) {
        return () -> InetAddress.ofLiteral(address);
    }

    private static AccessList list(String name, Mode mode, String... entries) {
        return new AccessList(name, mode, Arrays.stream(entries).map(Cidr::parse).toList());
    }
}
