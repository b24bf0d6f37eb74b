package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.cli.WeirProcess;
import io.weir.cli.output.Json;
import io.weir.testkit.ManagedProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is done to backends under 500 requests a second, through the demonstration, that clients do not notice. */
class UnnoticedIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int REQUESTS_PER_SECOND = 500;
    private static final Duration AFTER_A_KILL = Duration.ofMillis(100);

    @Test
    void backendsAreKilledRestartedRemovedDrainedAndMadeWeightless() throws Exception {
        try (var demo = WeirProcess.daemon("demo", "--json")) {
            JsonNode report = Json.parse(demo.awaitLine(line -> line.startsWith("{\"http\""), LIMIT));
            try (var traffic = new SteadyTraffic("http://" + report.path("http").asString() + "/", REQUESTS_PER_SECOND)) {
                long firstNanos = System.nanoTime();
                more(traffic);
                weir(report, "backend drain shop b-1 --wait 20s");
                more(traffic);
                weir(report, "backend enable shop b-1 --wait 20s");
                weir(report, "backend set shop b-2 --weight 0");
                more(traffic);
                weir(report, "backend set shop b-2 --weight 100");
                weir(report, "backend remove shop a-2");
                more(traffic);
                weir(report, "backend add shop a-2 --zone zone-a --wait 20s --address " + report.at("/backends/1/address").asString());
                more(traffic);
                assertThat(traffic.failuresSince(firstNanos)).isEmpty();

                ProcessHandle.of(report.at("/backends/0/pid").asLong()).orElseThrow().destroyForcibly();
                long afterKillNanos = System.nanoTime() + AFTER_A_KILL.toNanos();
                String told = demo.awaitLine(line -> line.contains("is gone; bring it back: "), LIMIT);
                more(traffic);
                String[] words = told.substring(told.indexOf("demo-backend")).split(" ", -1);
                try (ManagedProcess _ = WeirProcess.start(List.of(), Map.of(), words)) {
                    await().atMost(LIMIT).until(() -> weir(report, "backend list shop -o json").contains("\"unhealthy\""), seen -> !seen);
                    more(traffic);
                }
                assertThat(traffic.failuresSince(afterKillNanos)).isEmpty();
            }
        }
    }

    private static void more(SteadyTraffic traffic) {
        int enough = traffic.answered() + REQUESTS_PER_SECOND / 2;
        await().atMost(LIMIT).until(() -> traffic.answered() >= enough);
    }

    private static String weir(JsonNode report, String words) throws InterruptedException {
        var all = new ArrayList<>(Arrays.asList(words.split(" ", -1)));
        all.addAll(List.of("--socket", report.path("socket").asString()));
        try (var weir = WeirProcess.start(List.of("-XX:TieredStopAtLevel=1"), Map.of(), all.toArray(String[]::new))) {
            int exit = weir.awaitExit(LIMIT);
            String output = String.join("\n", weir.output());
            assertThat(exit).as(output).isZero();
            return output;
        }
    }
}
