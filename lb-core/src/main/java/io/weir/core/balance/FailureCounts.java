package io.weir.core.balance;

import io.weir.core.health.FailuresInARow;
import io.weir.core.health.TrafficFailure;
import io.weir.core.model.OutlierDetection;
import org.jspecify.annotations.Nullable;

/**
 * How often in a row a backend has failed traffic of one loop, by kind, against the thresholds of its pool. Confined to the loop.
 *
 * <p>A good answer ends every row. An answer 5xx ends the row of local failures, and one that is not 502, 503 or 504 the row of gateway errors
 * (Envoy's outlier detection counts the same way).
 */
final class FailureCounts {
    private int localThreshold;
    private int gatewayThreshold;
    private int errorThreshold;
    private int local;
    private int gateway;
    private int errors;

    /** @param rules null: nothing is ever worth telling */
    void thresholds(@Nullable OutlierDetection rules) {
        localThreshold = rules == null ? 0 : rules.consecutiveLocalErrors();
        gatewayThreshold = rules == null ? 0 : rules.consecutiveGatewayErrors();
        errorThreshold = rules == null ? 0 : rules.consecutiveErrors();
    }

    void succeeded() {
        local = gateway = errors = 0;
    }

    /** The counts, if one of them that has just grown is a multiple of its threshold. */
    @Nullable
    FailuresInARow failed(TrafficFailure how) {
        boolean atGateway = how.local() || how == TrafficFailure.GATEWAY_ERROR;
        local = how.local() ? local + 1 : 0;
        gateway = atGateway ? gateway + 1 : 0;
        errors++;
        boolean telling = hits(local, localThreshold) || hits(gateway, gatewayThreshold) || hits(errors, errorThreshold);
        return telling ? new FailuresInARow(how, local, gateway, errors) : null;
    }

    private static boolean hits(int count, int threshold) {
        return threshold > 0 && count > 0 && count % threshold == 0;
    }
}
