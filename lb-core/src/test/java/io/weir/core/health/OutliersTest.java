package io.weir.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.Outliers.Outlier;
import io.weir.core.model.OutlierDetection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutliersTest {
    private static final OutlierDetection BY_RATE = new DetectionRules().successRate(5, 100, 1.9).build();
    private static final OutlierDetection BY_LATENCY = new DetectionRules().latency(3, 100, 3).build();

    private final Map<String, AnswerCounts> answersByBackend = new LinkedHashMap<>();

    private OutliersTest answers(String backend, long answers, long errors, long latencyMillis) {
        answersByBackend.put(backend, new AnswerCounts(answers, errors, answers * latencyMillis * 1_000_000));
        return this;
    }

    @Test
    void aRateFarBelowTheOthersIsAnOutlier() {
        answers("a", 1000, 1, 5).answers("b", 1000, 3, 5).answers("c", 1000, 500, 5).answers("d", 1000, 2, 5).answers("e", 1000, 0, 5);

        assertThat(Outliers.of(BY_RATE, answersByBackend))
            .containsExactly(new Outlier("c", new Reason("success-rate", "success rate 50.0%, want 52.0% or more")));
    }

    @Test
    void equalRatesAreNoOutliersHoweverBad() {
        for (String backend : new String[] {"a", "b", "c", "d", "e", "f"}) {
            answers(backend, 1000, 999, 5);
        }

        assertThat(Outliers.of(BY_RATE, answersByBackend)).isEmpty();
    }

    @Test
    void membersWithFewRequestsAreNeitherComparedNorEjected() {
        answers("a", 1000, 0, 5).answers("b", 1000, 0, 5).answers("c", 1000, 0, 5).answers("d", 1000, 0, 5).answers("e", 99, 99, 5);
        assertThat(Outliers.of(BY_RATE, answersByBackend)).isEmpty();

        answers("e", 100, 100, 5);
        assertThat(Outliers.of(BY_RATE, answersByBackend)).extracting(Outlier::backend).containsExactly("e");
    }

    @Test
    void aMeanLatencyFarAboveTheMedianOfTheOthersIsAnOutlier() {
        answers("a", 100, 0, 10).answers("b", 100, 0, 12).answers("c", 100, 0, 31).answers("d", 100, 0, 33);

        // d's others have a median of 12, c's of 12 too: 36 is the bound for both
        assertThat(Outliers.of(BY_LATENCY, answersByBackend)).isEmpty();

        answers("d", 100, 0, 37);
        assertThat(Outliers.of(BY_LATENCY, answersByBackend))
            .containsExactly(new Outlier("d", new Reason("latency", "mean latency 37.0ms, median of the others 12.0ms")));
    }

    @Test
    void theMedianOfAnEvenNumberOfOthersLiesBetweenTheMiddleTwo() {
        answers("a", 100, 0, 10).answers("b", 100, 0, 20).answers("c", 100, 0, 46);

        assertThat(Outliers.of(BY_LATENCY, answersByBackend)).extracting(outlier -> outlier.reason().text())
            .containsExactly("mean latency 46.0ms, median of the others 15.0ms");
    }

    @Test
    void theWorstComesFirstAndNobodyTwice() {
        for (int i = 0; i < 20; i++) {
            answers("good-" + i, 1000, 0, 5);
        }
        answers("bad", 1000, 800, 5).answers("worse", 1000, 900, 100).answers("slow", 1000, 0, 500);
        var both = new DetectionRules().successRate(5, 100, 1.9).latency(3, 100, 3).build();

        assertThat(Outliers.of(both, answersByBackend)).extracting(Outlier::backend).containsExactly("worse", "bad", "slow");
    }

    @Test
    void aCountThatFellIsANewCount() {
        var before = new AnswerCounts(1000, 10, 5_000);

        assertThat(new AnswerCounts(1100, 12, 5_500).since(before)).isEqualTo(new AnswerCounts(100, 2, 500));
        assertThat(new AnswerCounts(100, 2, 500).since(before)).isEqualTo(new AnswerCounts(100, 2, 500));
    }
}
