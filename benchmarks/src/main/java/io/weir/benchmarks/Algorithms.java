package io.weir.benchmarks;

import io.weir.core.model.Algorithm;
import io.weir.core.model.Algorithm.HashKey;
import io.weir.core.model.Algorithm.Maglev;
import io.weir.core.model.Algorithm.Plain;
import java.util.Arrays;
import java.util.stream.Stream;

/** Algorithms by their names in the configuration. */
final class Algorithms {
    private Algorithms() {
    }

    static Algorithm named(String text) {
        return Stream.concat(Arrays.stream(Plain.values()), Stream.of(new Maglev(HashKey.SOURCE)))
            .filter(algorithm -> algorithm.text().equals(text))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("algorithm is " + text));
    }
}
