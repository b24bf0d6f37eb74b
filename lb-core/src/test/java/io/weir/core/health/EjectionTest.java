package io.weir.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.OutlierDetection;
import io.weir.core.model.OutlierDetection.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EjectionTest {
    private static final Duration BASE = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofSeconds(300);

    @Test
    void linearEjectionsGrowByTheBaseUpToTheLongest() {
        assertThat(lengths(rules(BASE, LONGEST, Backoff.LINEAR), 12))
            .containsExactly(seconds(30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300));
    }

    @Test
    void exponentialEjectionsDoubleUpToTheLongest() {
        assertThat(lengths(rules(BASE, LONGEST, Backoff.EXPONENTIAL), 7)).containsExactly(seconds(30, 60, 120, 240, 300, 300, 300));
    }

    @Test
    void theShortestBaseDoublesToTheLongestEjectionThatMayBe() {
        OutlierDetection rules = rules(OutlierDetection.MIN_EJECTION, OutlierDetection.MAX_EJECTION, Backoff.EXPONENTIAL);

        List<Duration> lengths = lengths(rules, 40);

        assertThat(lengths).isSorted().last().isEqualTo(OutlierDetection.MAX_EJECTION);
    }

    @Test
    void aMemberThatServedForTheLongestEjectionStartsAgain() {
        OutlierDetection rules = rules(BASE, LONGEST, Backoff.LINEAR);
        Ejection first = Ejection.NONE.next(rules, at(0));
        Ejection second = first.next(rules, at(30));
        assertThat(second.length()).isEqualTo(Duration.ofSeconds(60));

        assertThat(second.next(rules, at(90 + 299)).length()).isEqualTo(Duration.ofSeconds(90));
        assertThat(second.next(rules, at(90 + 300)).length()).isEqualTo(BASE);
    }

    @Test
    void anEjectionThatACheckEndedCountsFromItsEnd() {
        OutlierDetection rules = rules(BASE, LONGEST, Backoff.LINEAR);

        Ejection ended = Ejection.NONE.next(rules, at(0)).ended(at(3));

        assertThat(ended.length()).isEqualTo(Duration.ofSeconds(3));
        assertThat(ended.next(rules, at(302)).inARow()).isEqualTo(2);
        assertThat(ended.next(rules, at(303)).inARow()).isEqualTo(1);
    }

    private static OutlierDetection rules(Duration base, Duration longest, Backoff backoff) {
        return new DetectionRules().ejections(base, longest, backoff).build();
    }

    private static List<Duration> lengths(OutlierDetection rules, int count) {
        List<Duration> lengths = new ArrayList<>();
        Ejection ejection = Ejection.NONE;
        Moment now = at(0);
        for (int i = 0; i < count; i++) {
            ejection = ejection.next(rules, now);
            lengths.add(ejection.length());
            now = now.plus(ejection.length());
        }
        return lengths;
    }

    private static Duration[] seconds(int... seconds) {
        return Arrays.stream(seconds).mapToObj(Duration::ofSeconds).toArray(Duration[]::new);
    }

    private static Moment at(long seconds) {
        return new Moment(Long.MAX_VALUE, Instant.EPOCH).plus(Duration.ofSeconds(seconds)); // the clock overflows
    }
}
