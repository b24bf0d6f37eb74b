package io.weir.daemon.control;

import io.weir.core.health.AnswerCounts;
import io.weir.core.model.Configuration;
import io.weir.core.model.OutlierDetection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Looks at intervals at what traffic saw of the members of those pools that compare them. Confined to {@code control}. */
final class Sweeps {
    private final CommandThread control;
    private final Function<String, Map<String, AnswerCounts>> answers;
    private final BiConsumer<String, Map<String, AnswerCounts>> judge;
    private final Map<String, Sweep> sweepByPool = new HashMap<>();

    /**
     * Sweeps nothing yet.
     *
     * @param answers of a pool's backends since the loops first saw them
     * @param judge is given a pool and the answers of each of its backends since the last look
     */
    Sweeps(CommandThread control, Function<String, Map<String, AnswerCounts>> answers,
            BiConsumer<String, Map<String, AnswerCounts>> judge) {
        this.control = control;
        this.answers = answers;
        this.judge = judge;
    }

    /** One pool between two looks. */
    private record Sweep(String pool, Duration interval, Map<String, AnswerCounts> before) {}

    /** Pools whose interval stays keep their time. */
    void reconfigure(Configuration configuration) {
        Map<String, Duration> intervalByPool = new HashMap<>();
        configuration.pools()
            .forEach((name, pool) -> pool.outlierDetection()
                .filter(OutlierDetection::compares)
                .ifPresent(rules -> intervalByPool.put(name, rules.interval())));
        sweepByPool.entrySet().removeIf(entry -> !entry.getValue().interval().equals(intervalByPool.get(entry.getKey())));
        intervalByPool.forEach((pool, interval) -> {
            if (!sweepByPool.containsKey(pool)) {
                arm(new Sweep(pool, interval, answers.apply(pool)));
            }
        });
    }

    private void arm(Sweep sweep) {
        sweepByPool.put(sweep.pool(), sweep);
        control.after(sweep.interval(), () -> look(sweep));
    }

    @SuppressWarnings("ReferenceEquality") // an equal sweep may be another one, with its own timer
    private void look(Sweep sweep) {
        if (sweepByPool.get(sweep.pool()) != sweep) {
            return;
        }
        Map<String, AnswerCounts> now = answers.apply(sweep.pool());
        Map<String, AnswerCounts> since = new HashMap<>();
        now.forEach((backend, counts) -> since.put(backend, counts.since(sweep.before().getOrDefault(backend, AnswerCounts.NONE))));
        arm(new Sweep(sweep.pool(), sweep.interval(), now));
        judge.accept(sweep.pool(), since);
    }
}
