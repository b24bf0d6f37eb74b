package io.weir.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.config.Problem;
import io.weir.core.config.TrafficFile;
import io.weir.core.config.TrafficResult;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProbeRightsTest {
    private static final TrafficResult.Accepted PINGED = accepted("""
            version: 1
            healthChecks:
              ping: {type: icmp}
            pools:
              own: {healthCheck: {type: icmp}}
              shared: {healthCheck: ping}
              other: {}
              unchecked: {healthCheck: none}
            """);

    @Test
    void everyPoolThatIsPingedIsRefusedWithTheReasonWhereNobodyMayPing() {
        assertThat(ProbeRights.problems(PINGED, () -> Optional.of("the host forbids it"))).extracting(Problem::message)
            .containsExactly("weir.yaml:5:22: pools.own.healthCheck: type icmp, want another type: the host forbids it",
                    "weir.yaml:6:25: pools.shared.healthCheck: type icmp, want another type: the host forbids it");
    }

    @Test
    void pingingIsAllowedWhereTheHostAllowsIt() {
        assertThat(ProbeRights.problems(PINGED, Optional::empty)).isEmpty();
    }

    @Test
    void aHostIsNotAskedForRightsThatNobodyNeeds() {
        assertThat(ProbeRights.problems(accepted("version: 1\npools: {p: {}}\n"), () -> {
            throw new AssertionError("asked");
        })).isEmpty();
    }

    private static TrafficResult.Accepted accepted(String text) {
        return (TrafficResult.Accepted) TrafficFile.parse("weir.yaml", text);
    }
}
