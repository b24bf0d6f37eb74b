package io.weir.core.health;

import io.weir.core.model.OutlierDetection;
import io.weir.core.model.OutlierDetection.Backoff;
import io.weir.core.model.OutlierDetection.Latency;
import io.weir.core.model.OutlierDetection.SuccessRate;
import io.weir.core.model.Percent;
import java.time.Duration;
import java.util.Optional;

/** Settings of outlier detection, from the shipped ones. */
final class DetectionRules {
    private int errors;
    private int gatewayErrors;
    private int localErrors = 5;
    private Duration base = Duration.ofSeconds(30);
    private Duration longest = Duration.ofSeconds(300);
    private Backoff backoff = Backoff.LINEAR;
    private int maxEjected = 50;
    private int minHealth;
    private Optional<SuccessRate> successRate = Optional.empty();
    private Optional<Latency> latency = Optional.empty();

    DetectionRules consecutive(int allErrors, int gateway, int local) {
        errors = allErrors;
        gatewayErrors = gateway;
        localErrors = local;
        return this;
    }

    DetectionRules ejections(Duration first, Duration last, Backoff growth) {
        base = first;
        longest = last;
        backoff = growth;
        return this;
    }

    DetectionRules maxEjected(int percent) {
        maxEjected = percent;
        return this;
    }

    DetectionRules minHealth(int percent) {
        minHealth = percent;
        return this;
    }

    DetectionRules successRate(int minimumBackends, int minimumRequests, double stdevFactor) {
        successRate = Optional.of(new SuccessRate(minimumBackends, minimumRequests, stdevFactor));
        return this;
    }

    DetectionRules latency(double factor, int minimumRequests, int minimumBackends) {
        latency = Optional.of(new Latency(factor, minimumRequests, minimumBackends));
        return this;
    }

    OutlierDetection build() {
        return new OutlierDetection(errors, gatewayErrors, localErrors, Duration.ofSeconds(10), base, longest, backoff,
                new Percent(maxEjected), new Percent(minHealth), successRate, latency);
    }
}
