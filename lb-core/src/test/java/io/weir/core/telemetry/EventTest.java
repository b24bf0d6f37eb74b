package io.weir.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventTest {
    @Test
    void aLineShowsTheDetailsInOrderAndQuotesWhatIsNotOneWord() {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("to", "unhealthy");
        details.put("cause", "connect refused, 2 of 2 failed");
        details.put("by", "");
        details.put("said", "a \"b\" \\ c");

        assertThat(new Event(7, Instant.EPOCH, "backend.state", "shop/i-01", details).line()).isEqualTo(
                "backend.state shop/i-01 to=unhealthy cause=\"connect refused, 2 of 2 failed\" by=\"\" said=\"a \\\"b\\\" \\\\ c\"");
    }

    @Test
    void aLineIsOneLineWhateverTheDetails() {
        assertThat(new Event(1, Instant.EPOCH, "t", "s", Map.of("cause", "first\r\nsecond\u0007")).line())
            .isEqualTo("t s cause=\"first\\u000d\\u000asecond\\u0007\"");
    }

    @Test
    void detailsAreCopied() {
        Map<String, String> details = new LinkedHashMap<>(Map.of("a", "1"));
        Event event = new Event(1, Instant.EPOCH, "t", "s", details);

        details.put("b", "2");

        assertThat(event.details()).isEqualTo(Map.of("a", "1"));
    }
}
