package io.weir.core.config;

import io.weir.core.model.OutlierDetection;
import io.weir.core.model.OutlierDetection.Backoff;
import io.weir.core.model.OutlierDetection.Latency;
import io.weir.core.model.OutlierDetection.SuccessRate;
import io.weir.core.model.Percent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys of a pool's {@code outlierDetection}. */
final class OutlierKeys {
    private static final OutlierDetection DEFAULT = OutlierDetection.DEFAULT;
    private static final int DEFAULT_CONSECUTIVE_ERRORS = 5;
    private static final Shape<Integer> IN_A_ROW = Scalars.whole(0, OutlierDetection.MAX_CONSECUTIVE);
    private static final Shape<Integer> PERCENT = Scalars.whole(0, 100);
    private static final Shape<Integer> BACKENDS = Scalars.whole(2, 1000);
    private static final Shape<Integer> REQUESTS = Scalars.whole(1, 1_000_000);

    static final Key<Integer> RATE_BACKENDS = Key.otherwise("minimumBackends", BACKENDS, SuccessRate.DEFAULT.minimumBackends(),
            "Backends with enough requests that it takes to compare them.");
    static final Key<Integer> RATE_REQUESTS = Key.otherwise("minimumRequests", REQUESTS, SuccessRate.DEFAULT.minimumRequests(),
            "Requests in an interval that are enough.");
    static final Key<Double> STDEV_FACTOR = Key.otherwise("stdevFactor", Scalars.decimal(0.1, 10), SuccessRate.DEFAULT.stdevFactor(),
            "Ejected is who succeeds less often than the mean by so many standard deviations.");
    static final MappingShape<SuccessRate> SUCCESS_RATE_FORM = MappingShape.of(List.of(RATE_BACKENDS, RATE_REQUESTS, STDEV_FACTOR),
            fields -> new SuccessRate(fields.get(RATE_BACKENDS), fields.get(RATE_REQUESTS), fields.get(STDEV_FACTOR)));

    static final Key<Double> LATENCY_FACTOR = Key.otherwise("factor", Scalars.decimal(1.1, 100), Latency.DEFAULT.factor(),
            "Ejected is whose mean latency is so many times the median of the others.");
    static final Key<Integer> LATENCY_REQUESTS = Key.otherwise("minimumRequests", REQUESTS, Latency.DEFAULT.minimumRequests(),
            "Requests in an interval that are enough.");
    static final Key<Integer> LATENCY_BACKENDS = Key.otherwise("minimumBackends", BACKENDS, Latency.DEFAULT.minimumBackends(),
            "Backends with enough requests that it takes to compare them.");
    static final MappingShape<Latency> LATENCY_FORM = MappingShape.of(List.of(LATENCY_FACTOR, LATENCY_REQUESTS, LATENCY_BACKENDS),
            fields -> new Latency(fields.get(LATENCY_FACTOR), fields.get(LATENCY_REQUESTS), fields.get(LATENCY_BACKENDS)));

    static final Key<Integer> ERRORS = Key.otherwise("consecutiveErrors", IN_A_ROW, DEFAULT_CONSECUTIVE_ERRORS,
            "5xx answers and local errors in a row that eject; 0: off.");
    static final Key<Integer> GATEWAY_ERRORS = Key.otherwise("consecutiveGatewayErrors", IN_A_ROW, DEFAULT.consecutiveGatewayErrors(),
            "Answers 502, 503 and 504 and local errors in a row that eject; 0: off.");
    static final Key<Integer> LOCAL_ERRORS = Key.otherwise("consecutiveLocalErrors", IN_A_ROW, DEFAULT.consecutiveLocalErrors(),
            "Failed connects, resets and answers that did not come in time, in a row, that eject; 0: off.");
    static final Key<Duration> INTERVAL = Key.otherwise("interval",
            Scalars.duration(OutlierDetection.MIN_INTERVAL, OutlierDetection.MAX_INTERVAL), DEFAULT.interval(),
            "From one comparison of success rates and latencies to the next.");
    static final Key<Duration> BASE_EJECTION = Key.otherwise("baseEjection",
            Scalars.duration(OutlierDetection.MIN_EJECTION, OutlierDetection.MAX_BASE_EJECTION), DEFAULT.baseEjection(),
            "How long the first ejection lasts.");
    static final Key<Duration> MAX_EJECTION = Key.otherwise("maxEjection",
            Scalars.duration(OutlierDetection.MIN_EJECTION, OutlierDetection.MAX_EJECTION), DEFAULT.maxEjection(),
            "How long an ejection lasts at most; baseEjection or more.");
    static final Key<Backoff> BACKOFF = Key.otherwise("backoff", Scalars.lowerCase(Backoff.values()), DEFAULT.backoff(),
            "How ejections grow: linear by baseEjection each time, exponential twofold.");
    static final Key<Integer> MAX_EJECTED = Key.otherwise("maxEjectedPercent", PERCENT, DEFAULT.maxEjectedPercent().value(),
            "Of the backends, how many may be ejected at once; one always may.");
    static final Key<Integer> MIN_HEALTH = Key.otherwise("minHealthPercent", PERCENT, DEFAULT.minHealthPercent().value(),
            "Of the backends, how many must be usable for another to be ejected.");
    static final Key<SuccessRate> SUCCESS_RATE = Key.optional("successRate", SUCCESS_RATE_FORM,
            "Ejects who succeeds much less often than the others; absent: off.");
    static final Key<Latency> LATENCY = Key.optional("latency", LATENCY_FORM,
            "Ejects who answers much later than the others; absent: off.");

    static final MappingShape<Optional<OutlierDetection>> FORM = new MappingShape<>(
            List.of(ERRORS, GATEWAY_ERRORS, LOCAL_ERRORS, INTERVAL, BASE_EJECTION, MAX_EJECTION, BACKOFF, MAX_EJECTED, MIN_HEALTH,
                    SUCCESS_RATE, LATENCY),
            OutlierKeys::check, OutlierKeys::detection);
    /** Empty is {@code none}. */
    static final Shape<Optional<OutlierDetection>> SHAPE = new ScalarOr<>(Scalars.choice(Map.of("none", Optional.empty()), List.of()),
            FORM);

    private OutlierKeys() {}

    private static void check(Fields fields) {
        if (maxEjection(fields).compareTo(fields.get(BASE_EJECTION)) < 0) {
            fields.problem(MAX_EJECTION, Units.text(maxEjection(fields)),
                    "baseEjection, " + Units.text(fields.get(BASE_EJECTION)) + ", or more");
        }
    }

    /** The default grows with a longer base. */
    private static Duration maxEjection(Fields fields) {
        Duration base = fields.get(BASE_EJECTION);
        return fields.given(MAX_EJECTION).orElse(base.compareTo(DEFAULT.maxEjection()) > 0 ? base : DEFAULT.maxEjection());
    }

    private static Optional<OutlierDetection> detection(Fields fields) {
        return Optional.of(new OutlierDetection(fields.get(ERRORS), fields.get(GATEWAY_ERRORS), fields.get(LOCAL_ERRORS),
                fields.get(INTERVAL), fields.get(BASE_EJECTION), maxEjection(fields), fields.get(BACKOFF),
                new Percent(fields.get(MAX_EJECTED)), new Percent(fields.get(MIN_HEALTH)), fields.given(SUCCESS_RATE),
                fields.given(LATENCY)));
    }
}
