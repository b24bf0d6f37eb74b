package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a client command loads, which is what it costs to start. */
class ClientClassesIT {
    @Test
    void statusLoadsNeitherNettyNorTheDaemon() throws Exception {
        try (var daemon = FakeDaemon.start()) {
            daemon.answer("GET /v1/status", 200, "{\"node\":{\"name\":\"lb-1\"},\"revision\":1,\"listeners\":[],\"pools\":[]}");
            var flags = List.of("-Xlog:class+load", "-XX:TieredStopAtLevel=1");

            try (var weir = WeirProcess.start(flags, Map.of("WEIR_SOCKET", daemon.socket().toString()), "status")) {
                assertThat(weir.awaitExit(Duration.ofSeconds(60))).isZero();
                assertThat(weir.output()).anyMatch(line -> line.contains(" io.weir.cli.StatusCommand "))
                    .anyMatch(line -> line.startsWith("node lb-1"))
                    .noneMatch(line -> line.contains(" io.netty."))
                    .noneMatch(line -> line.contains(" io.weir.daemon."))
                    .noneMatch(line -> line.contains(" io.weir.cli.BackendCommand "))
                    .noneMatch(line -> line.contains(" ch.qos.logback."));
            }
        }
    }
}
