package io.weir.core.health;

import io.weir.core.model.OutlierDetection;
import java.util.Optional;

/**
 * One more failure of a backend, and how many of each kind one loop has now seen without a success between.
 *
 * @param local failures without an answer
 * @param gateway those and answers 502, 503 and 504
 * @param errors those and other answers 5xx
 */
public record FailuresInARow(TrafficFailure last, int local, int gateway, int errors) {

    /** Why the backend is to be ejected, if it is. */
    Optional<Reason> verdict(OutlierDetection rules) {
        if (last.local() && reached(local, rules.consecutiveLocalErrors())) {
            return Optional.of(Reason.inARow(last, local));
        }
        if (reached(gateway, rules.consecutiveGatewayErrors())) {
            return Optional.of(Reason.gatewayErrors(gateway));
        }
        return reached(errors, rules.consecutiveErrors()) ? Optional.of(Reason.errors(errors)) : Optional.empty();
    }

    static boolean reached(int inARow, int threshold) {
        return threshold > 0 && inARow >= threshold;
    }
}
