package io.weir.core.config;

import java.util.List;

/** What became of a text: a document, or what keeps it from being one. */
public sealed interface DocumentResult {
    record Parsed(ConfigDocument document) implements DocumentResult {}

    record Refused(List<Problem> problems) implements DocumentResult {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
