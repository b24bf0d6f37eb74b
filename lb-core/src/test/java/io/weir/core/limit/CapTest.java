package io.weir.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CapTest {
    @Test
    void asManyPlacesAreGivenAsTheLimitSays() {
        Cap cap = new Cap(2);

        assertThat(cap.tryAcquire()).isTrue();
        assertThat(cap.tryAcquire()).isTrue();
        assertThat(cap.tryAcquire()).isFalse();
        assertThat(cap.open()).isEqualTo(2);
        cap.release();
        assertThat(cap.tryAcquire()).isTrue();
    }

    @Test
    void aLowerLimitKeepsWhatIsTakenAndGivesNothingUntilThereIsRoom() {
        Cap cap = new Cap(3);
        cap.tryAcquire();
        cap.tryAcquire();

        cap.limit(1);

        assertThat(cap.tryAcquire()).isFalse();
        cap.release();
        assertThat(cap.tryAcquire()).isFalse();
        cap.release();
        assertThat(cap.tryAcquire()).isTrue();
    }

    @Test
    void aFullOneGivesNothingUntilItHasEmptiedToItsLowMark() {
        Cap cap = new Cap(4);
        cap.limit(4, 1);
        for (int i = 0; i < 4; i++) {
            assertThat(cap.tryAcquire()).isTrue();
        }

        cap.release();
        cap.release();
        assertThat(cap.open()).isEqualTo(2);
        assertThat(cap.tryAcquire()).isFalse();
        cap.release();
        assertThat(cap.tryAcquire()).isTrue();
        assertThat(cap.tryAcquire()).isTrue();
        assertThat(cap.open()).isEqualTo(3);
    }

    @Test
    void aHigherLimitOpensAFullOneAtOnceUnlessItsLowMarkForbids() {
        Cap cap = new Cap(2);
        cap.tryAcquire();
        cap.tryAcquire();

        cap.limit(10, 1);
        assertThat(cap.tryAcquire()).isFalse();
        cap.limit(10);
        assertThat(cap.tryAcquire()).isTrue();
        assertThat(cap.tryAcquire()).isTrue();
    }

    @Test
    void theUnlimitedOneAlwaysHasRoomAndCountsNothing() {
        for (int i = 0; i < 10; i++) {
            assertThat(Cap.UNLIMITED.tryAcquire()).isTrue();
        }
        assertThat(Cap.UNLIMITED.open()).isZero();
        Cap.UNLIMITED.release();
    }

    @Test
    void aTableKeepsTheCapOfAnOwnerUntilItIsForgottenOrHasNoLimit() {
        CapTable table = new CapTable();
        Cap first = table.cap("a", OptionalInt.of(1));

        assertThat(table.cap("a", OptionalInt.of(9))).isSameAs(first);
        assertThat(first.limit()).isEqualTo(9);
        assertThat(table.cap("b", OptionalInt.of(1))).isNotSameAs(first);
        assertThat(table.cap("a", OptionalInt.empty())).isSameAs(Cap.UNLIMITED);
        assertThat(table.cap("a", OptionalInt.of(1))).isNotSameAs(first);
        Cap b = table.cap("b", OptionalInt.of(1));
        table.retain(Set.of("b"));
        assertThat(table.cap("b", OptionalInt.of(1))).isSameAs(b);
    }
}
