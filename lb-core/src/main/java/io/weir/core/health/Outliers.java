package io.weir.core.health;

import io.weir.core.model.OutlierDetection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Which members of a pool traffic finds much worse than the others. Pure.
 *
 * <p>Success rate, as Envoy does: below mean - {@code stdevFactor} x standard deviation over the members with enough requests. A lone bad
 * member among n good ones lies sqrt(n) deviations below the mean whatever its rate, so a factor of 1.9 finds it among four others or more.
 * Latency: a mean above {@code factor} x the median of the other members' means.
 */
final class Outliers {
    private static final double NANOS_PER_MILLI = 1_000_000;

    /** One of them. */
    record Outlier(String backend, Reason reason) {}

    private Outliers() {
    }

    /**
     * The worst first, success rates before latencies; nobody twice.
     *
     * @param answersByBackend of members that may be ejected
     */
    static List<Outlier> of(OutlierDetection rules, Map<String, AnswerCounts> answersByBackend) {
        Map<String, Outlier> found = new LinkedHashMap<>();
        rules.successRate().ifPresent(rule -> bySuccessRate(rule, answersByBackend).forEach(one -> found.putIfAbsent(one.backend(), one)));
        rules.latency().ifPresent(rule -> byLatency(rule, answersByBackend).forEach(one -> found.putIfAbsent(one.backend(), one)));
        return List.copyOf(found.values());
    }

    /** One member's figure. */
    private record Figure(String backend, double value) {}

    /** Ascending; none if too few members have enough requests to be compared. */
    private static List<Figure> figures(Map<String, AnswerCounts> answersByBackend, int minimumRequests, int minimumBackends,
            ToDoubleFunction<AnswerCounts> figure) {
        List<Figure> figures = new ArrayList<>();
        answersByBackend.forEach((backend, counts) -> {
            if (counts.answers() >= minimumRequests) {
                figures.add(new Figure(backend, figure.applyAsDouble(counts)));
            }
        });
        figures.sort(Comparator.comparingDouble(Figure::value).thenComparing(Figure::backend));
        return figures.size() < minimumBackends ? List.of() : figures;
    }

    private static List<Outlier> bySuccessRate(OutlierDetection.SuccessRate rule, Map<String, AnswerCounts> answersByBackend) {
        List<Figure> rates = figures(answersByBackend, rule.minimumRequests(), rule.minimumBackends(), AnswerCounts::successRate);
        double mean = rates.stream().mapToDouble(Figure::value).average().orElse(0);
        double variance = rates.stream().mapToDouble(rate -> (rate.value() - mean) * (rate.value() - mean)).average().orElse(0);
        double least = mean - rule.stdevFactor() * Math.sqrt(variance);
        return rates.stream()
            .takeWhile(rate -> rate.value() < least)
            .map(rate -> new Outlier(rate.backend(), successRate(rate.value(), least)))
            .toList();
    }

    private static Reason successRate(double rate, double least) {
        return new Reason("success-rate", String.format(Locale.ROOT, "success rate %.1f%%, want %.1f%% or more", rate, least));
    }

    private static List<Outlier> byLatency(OutlierDetection.Latency rule, Map<String, AnswerCounts> answersByBackend) {
        List<Figure> means = figures(answersByBackend, rule.minimumRequests(), rule.minimumBackends(), AnswerCounts::meanLatencyNanos);
        double[] sorted = means.stream().mapToDouble(Figure::value).toArray();
        List<Outlier> slow = new ArrayList<>();
        for (int i = sorted.length - 1; i >= 0; i--) {
            double others = medianWithout(sorted, i);
            if (sorted[i] > rule.factor() * others) {
                slow.add(new Outlier(means.get(i).backend(), latency(sorted[i], others)));
            }
        }
        return slow;
    }

    /** The median of all but one of two or more sorted figures. */
    private static double medianWithout(double[] sorted, int without) {
        int others = sorted.length - 1;
        int upper = others / 2;
        int lower = (others - 1) / 2;
        return (sorted[lower < without ? lower : lower + 1] + sorted[upper < without ? upper : upper + 1]) / 2;
    }

    private static Reason latency(double mean, double others) {
        return new Reason("latency", String.format(Locale.ROOT, "mean latency %.1fms, median of the others %.1fms", mean / NANOS_PER_MILLI,
                others / NANOS_PER_MILLI));
    }
}
