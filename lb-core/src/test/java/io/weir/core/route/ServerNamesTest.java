package io.weir.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.route.ServerNames.Star;
import org.junit.jupiter.api.Test;

class ServerNamesTest {
    private static ServerNames<String> names(Star star) {
        return new ServerNames.Builder<String>(star).add("shop.example", "exact")
            .add("*.shop.example", "suffix")
            .add("*.eu.shop.example", "longer suffix")
            .add("shop.example", "second")
            .build();
    }

    @Test
    void anExactNameGoesBeforeASuffixAndTheFirstOfTwoAlikeCounts() {
        assertThat(names(Star.ANY_LABELS).find("shop.example")).isEqualTo("exact");
    }

    @Test
    void theLongestSuffixDecides() {
        assertThat(names(Star.ANY_LABELS).find("a.shop.example")).isEqualTo("suffix");
        assertThat(names(Star.ANY_LABELS).find("a.eu.shop.example")).isEqualTo("longer suffix");
        assertThat(names(Star.ANY_LABELS).find("a.b.eu.shop.example")).isEqualTo("longer suffix");
        assertThat(names(Star.ANY_LABELS).find("a.us.shop.example")).isEqualTo("suffix");
    }

    @Test
    void inCertificatesAStarStandsForOneLabel() {
        assertThat(names(Star.ONE_LABEL).find("a.shop.example")).isEqualTo("suffix");
        assertThat(names(Star.ONE_LABEL).find("a.us.shop.example")).isNull();
    }

    @Test
    void aStarStandsForAtLeastOneLabel() {
        assertThat(names(Star.ANY_LABELS).find(".shop.example")).isNull();
        assertThat(names(Star.ANY_LABELS).find("example")).isNull();
        assertThat(names(Star.ANY_LABELS).find("")).isNull();
    }
}
