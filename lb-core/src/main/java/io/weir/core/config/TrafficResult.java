package io.weir.core.config;

import io.weir.core.model.Configuration;
import java.util.List;

/** What became of a traffic configuration: accepted whole, or refused with all that is wrong. */
public sealed interface TrafficResult {
    /**
     * Nothing is wrong.
     *
     * @param warnings what is allowed but may not be meant, by place
     */
    record Accepted(Configuration configuration, ConfigDocument document, List<Problem> warnings) implements TrafficResult {
        public Accepted {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Nothing is applied.
     *
     * @param problems all of them, by place
     */
    record Refused(List<Problem> problems) implements TrafficResult {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
