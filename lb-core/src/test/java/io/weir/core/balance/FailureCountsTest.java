package io.weir.core.balance;

import static io.weir.core.health.TrafficFailure.CONNECT_FAILED;
import static io.weir.core.health.TrafficFailure.GATEWAY_ERROR;
import static io.weir.core.health.TrafficFailure.RESET;
import static io.weir.core.health.TrafficFailure.SERVER_ERROR;
import static io.weir.core.health.TrafficFailure.TIMED_OUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.FailuresInARow;
import io.weir.core.health.TrafficFailure;
import io.weir.core.model.OutlierDetection;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FailureCountsTest {
    private final FailureCounts counts = new FailureCounts();

    private void thresholds(int errors, int gateway, int local) {
        OutlierDetection rest = OutlierDetection.DEFAULT;
        counts.thresholds(new OutlierDetection(errors, gateway, local, rest.interval(), rest.baseEjection(), rest.maxEjection(),
                rest.backoff(), rest.maxEjectedPercent(), rest.minHealthPercent(), Optional.empty(), Optional.empty()));
    }

    private void silent(TrafficFailure... failures) {
        for (TrafficFailure failure : failures) {
            assertThat(counts.failed(failure)).isNull();
        }
    }

    @Test
    void failedConnectsResetsAndTimeoutsAreOneRow() {
        thresholds(0, 0, 3);

        silent(CONNECT_FAILED, RESET);

        assertThat(counts.failed(TIMED_OUT)).isEqualTo(new FailuresInARow(TIMED_OUT, 3, 3, 3));
    }

    @Test
    void onlyMultiplesOfAThresholdAreTold() {
        thresholds(0, 0, 3);

        silent(RESET, RESET);
        assertThat(counts.failed(RESET)).isNotNull();
        silent(RESET, RESET);
        assertThat(counts.failed(RESET)).isEqualTo(new FailuresInARow(RESET, 6, 6, 6));
    }

    @Test
    void aGoodAnswerEndsEveryRow() {
        thresholds(2, 2, 2);

        silent(RESET);
        counts.succeeded();
        silent(RESET);
    }

    @Test
    void anErrorAnswerEndsTheRowsOfWorseFailures() {
        thresholds(0, 4, 2);

        silent(RESET, GATEWAY_ERROR, RESET, SERVER_ERROR, RESET);

        assertThat(counts.failed(RESET)).isEqualTo(new FailuresInARow(RESET, 2, 2, 6));
    }

    @Test
    void withoutRulesNothingIsTold() {
        counts.thresholds(null);

        silent(RESET, RESET, RESET, GATEWAY_ERROR, SERVER_ERROR);
    }
}
