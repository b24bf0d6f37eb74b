package io.weir.core.health;

/**
 * What traffic saw of one backend's answers, since the beginning or since some moment. A value.
 *
 * @param answers of all kinds, {@code errors} among them
 * @param errors answers 5xx, and requests that got none for a fault of the backend
 * @param latencyNanos sum over all answers, from request to answer
 */
public record AnswerCounts(long answers, long errors, long latencyNanos) {
    public static final AnswerCounts NONE = new AnswerCounts(0, 0, 0);

    public AnswerCounts plus(AnswerCounts other) {
        return new AnswerCounts(answers + other.answers, errors + other.errors, latencyNanos + other.latencyNanos);
    }

    /** What has come since {@code before}; of a backend that was counted anew since then, all that it has. */
    public AnswerCounts since(AnswerCounts before) {
        boolean anew = answers < before.answers || errors < before.errors || latencyNanos < before.latencyNanos;
        return anew ? this : new AnswerCounts(answers - before.answers, errors - before.errors, latencyNanos - before.latencyNanos);
    }

    /** In percent; there must be answers. */
    double successRate() {
        return 100.0 * (answers - errors) / answers;
    }

    /** There must be answers. */
    double meanLatencyNanos() {
        return (double) latencyNanos / answers;
    }
}
