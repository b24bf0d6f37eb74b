package io.weir.core.config;

import io.weir.core.model.Node;
import java.util.List;

/** What became of a node file. */
public sealed interface NodeResult {
    record Accepted(Node node) implements NodeResult {}

    record Refused(List<Problem> problems) implements NodeResult {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
