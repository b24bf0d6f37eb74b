package io.weir.core.config;

/** How messages name a value: {@code listeners.web.routes[0].forward}. Any thread. */
final class Field {
    private Field() {}

    /** Joins steps; those of a list are written {@code [3]} and get no dot. */
    static String dotted(Iterable<String> path) {
        StringBuilder text = new StringBuilder();
        for (String step : path) {
            append(text, step);
        }
        return text.toString();
    }

    static String join(String parent, String step) {
        return append(new StringBuilder(parent), step).toString();
    }

    private static StringBuilder append(StringBuilder text, String step) {
        if (!text.isEmpty() && !step.startsWith("[")) {
            text.append('.');
        }
        return text.append(step);
    }
}
