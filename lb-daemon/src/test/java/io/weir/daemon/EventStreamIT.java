package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.RecordingBackend;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Events as a list and as a stream. */
class EventStreamIT {
    @Test
    @SuppressWarnings("try") // the backend dies in the middle
    void aStreamBeginsWithThePastAndGoesOnWithWhatHappens(@TempDir Path folder) throws Exception {
        var scene = DaemonScene.in(folder);
        try (var backend = RecordingBackend.http("i-01");
                var _ = WeirDaemon.start(scene.options(scene.write("weir.yaml", DaemonScene.configuration(backend)), false));
                var stream = SocketChannel.open(scene.api().address())) {
            ApiClient.write(stream, "GET", "/v1/events", "", "Accept: text/event-stream");
            var lines = new BufferedReader(Channels.newReader(stream, StandardCharsets.UTF_8));
            await(lines, "listener.open", "web");

            assertThat(scene.api().patch("/v1/pools/shop/backends/i-01", "{\"weight\": 50}").revision()).isEqualTo(2);
            await(lines, "configuration.applied", "revision 2");
            backend.close();
            await(lines, "backend.state", "shop/i-01");
            long last = await(lines, "pool.quorum", "shop");

            assertThat(scene.api().get("/v1/events?after=" + last).json()).isEmpty();
            assertThat(scene.api().get("/v1/events?limit=1").json().get(0).path("id").asLong()).isEqualTo(last);
            assertThat(scene.api().get("/v1/events?since=2100-01-01T00:00:00Z").json()).isEmpty();
            assertThat(scene.api().get("/v1/events?since=yesterday").status()).isEqualTo(400);
        }
    }

    /** Reads until the event comes, and returns its id; it must differ from {@code healthy}, which comes at the start. */
    private static long await(BufferedReader lines, String type, String subject) throws IOException {
        while (true) {
            String line = lines.readLine();
            assertThat(line).as("the stream goes on").isNotNull();
            if (line.startsWith("data: ")) {
                var event = JsonMapper.shared().readTree(line.substring(6));
                boolean started = event.path("details").path("to").asString("").equals("healthy");
                if (event.path("type").asString().equals(type) && event.path("subject").asString().equals(subject) && !started) {
                    return event.path("id").asLong();
                }
            }
        }
    }
}
