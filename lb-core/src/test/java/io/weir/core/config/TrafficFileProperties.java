package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.Seeded;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TrafficFileProperties {
    private static final String SERVED = Fixtures.text("served.yaml");
    private static final String LETTERS = "{}[]:,-#&*!|>'\"%@` \n\tabz019.é\u0000";

    /** What the loader throws is a mistake of its own: a file, however broken, gives problems. */
    @Test
    void aDamagedTextIsAcceptedOrRefusedWithPlacesInsideIt() {
        Seeded.rounds(3_000, random -> {
            String text = damaged(random);
            if (TrafficFile.parse("weir.yaml", text) instanceof TrafficResult.Refused(List<Problem> problems)) {
                assertThat(problems).isNotEmpty();
                long lines = text.lines().count() + 1;
                assertThat(problems).allSatisfy(problem -> {
                    assertThat(problem.line()).isBetween(1, (int) lines + 1);
                    assertThat(problem.column()).isPositive();
                    assertThat(problem.message()).doesNotContain("\n");
                });
                assertThat(problems).isSortedAccordingTo((a, b) -> a.line() != b.line() ? a.line() - b.line() : a.column() - b.column());
            }
        });
    }

    @Test
    void aValueOfAnyKindAnywhereIsJudgedWithoutAnException() {
        ConfigDocument served = Documents.parsed(SERVED);
        List<List<String>> paths = Documents.paths(served);
        Seeded.rounds(2_000, random -> {
            ConfigDocument changed = served.with(paths.get(random.nextInt(paths.size())), Documents.value(random, 2));
            assertThat(Fixtures.judged(changed)).isNotNull();
        });
    }

    @Test
    void aDocumentAndItsYamlMeanTheSame() {
        ConfigDocument served = Documents.parsed(SERVED);
        var one = (TrafficResult.Accepted) Fixtures.judged(served);
        var other = (TrafficResult.Accepted) Fixtures.judged(Documents.parsed(served.toYaml()));
        assertThat(one.configuration()).isEqualTo(other.configuration());
    }

    private static String damaged(RandomGenerator random) {
        StringBuilder text = new StringBuilder(SERVED);
        for (int i = random.nextInt(4); i >= 0 && !text.isEmpty(); i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, LETTERS.charAt(random.nextInt(LETTERS.length())));
                case 1 -> text.insert(at, LETTERS.charAt(random.nextInt(LETTERS.length())));
                case 2 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(20)));
                default -> text.setLength(at + 1);
            }
        }
        return text.toString();
    }
}
