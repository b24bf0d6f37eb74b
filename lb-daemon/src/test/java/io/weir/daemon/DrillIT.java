package io.weir.daemon;

import io.weir.daemon.Drill.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A zone fails under an outside client's load. The main program runs a plan of its own and prints a table:
 * {@code TRANSPORT shipped|fast HOLD-DOWN-SECONDS}; lb-healthcheck/README.md has the command and the figures.
 */
class DrillIT {
    private static final String SHIPPED = "type: http, path: /healthz";
    private static final String FAST = SHIPPED + ", interval: 100ms, timeout: 200ms, unhealthy: 3";
    /** Three successes in a row and their intervals, and the start of three JVMs. */
    private static final Duration HEALTHY_AGAIN = Duration.ofSeconds(10);

    @Test
    void trafficLeavesAFailedZoneInTimeAndReturnsAfterTheHoldDown(@TempDir Path folder) throws Exception {
        Netlab.unavailable().ifPresent(reason -> Assumptions.abort("no drill: " + reason));
        var plan = new Plan("auto", FAST, Duration.ofSeconds(2), Duration.ofMillis(1500), Duration.ofSeconds(5));
        var verdict = new SoftAssertions();
        for (DrillResult result : run(plan, folder)) {
            judge(verdict, plan, result, Duration.ofSeconds(1));
        }
        verdict.assertAll();
    }

    public static void main(String[] args) throws Exception {
        boolean fast = args[1].equals("fast");
        var plan = new Plan(args[0], fast ? FAST : SHIPPED, Duration.ofSeconds(Long.parseLong(args[2])), Duration.ofSeconds(12),
                Duration.ofSeconds(10));
        var verdict = new SoftAssertions();
        List<DrillResult> results = run(plan, Files.createTempDirectory("weir-drill"));
        System.out.println(DrillResult.head());
        for (DrillResult result : results) {
            System.out.println(result.row(args[0], args[1]));
            result.complaints().forEach(System.err::println);
            judge(verdict, plan, result, Duration.ofSeconds(fast ? 1 : 4));
        }
        verdict.assertAll();
    }

    private static List<DrillResult> run(Plan plan, Path folder) throws IOException, InterruptedException {
        List<DrillResult> results = new ArrayList<>();
        try (Netlab lab = Netlab.up(); Drill drill = Drill.start(plan, lab, folder)) {
            for (DrillFault fault : DrillFault.values()) {
                results.add(drill.run(fault));
            }
        }
        return results;
    }

    private static void judge(SoftAssertions verdict, Plan plan, DrillResult result, Duration limit) {
        Duration tolerated = result.fault() == DrillFault.KILLED ? Duration.ofMillis(100) : limit;
        verdict.assertThat(result)
            .as("no request fails that starts " + tolerated + " after the fault")
            .matches(r -> r.noneFailedAfter(tolerated));
        verdict.assertThat(result.home())
            .as("home after %s", result)
            .isBetween(plan.holdDown(), plan.holdDown().plus(HEALTHY_AGAIN));
    }
}
