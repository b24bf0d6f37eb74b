package io.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordingBackendIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void answersWithItsNameAndKeepsTheConnection() throws Exception {
        try (var backend = RecordingBackend.http("web-1"); var client = HttpClient.newHttpClient()) {
            HttpResponse<String> first = client.send(request(backend, "/a").build(), BodyHandlers.ofString());
            HttpResponse<String> second = client.send(request(backend, "/b?c=1").build(), BodyHandlers.ofString());

            assertThat(first.body()).isEqualTo("web-1\n");
            assertThat(second.headers().firstValue("X-Backend")).contains("web-1");
            assertThat(backend.requests()).extracting(RecordedRequest::target).containsExactly("/a", "/b?c=1");
            assertThat(backend.accepted()).isEqualTo(1);
        }
    }

    @Test
    void recordsBodiesOfKnownLengthAndInChunks() throws Exception {
        try (var backend = RecordingBackend.http("web-1"); var client = HttpClient.newHttpClient()) {
            var chunked = BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(List.of("he".getBytes(StandardCharsets.US_ASCII),
                    "llo".getBytes(StandardCharsets.US_ASCII))));

            client.send(request(backend, "/").POST(BodyPublishers.ofString("known")).build(), BodyHandlers.discarding());
            client.send(request(backend, "/").POST(chunked).build(), BodyHandlers.discarding());

            assertThat(backend.requests()).extracting(RecordedRequest::body).containsExactly("known", "hello");
            assertThat(backend.requests().getFirst().field("content-length")).contains("5");
        }
    }

    @Test
    void answersAsTold() throws Exception {
        try (var backend = RecordingBackend.http("web-1"); var client = HttpClient.newHttpClient()) {
            backend.answer(request -> new HttpAnswer(503, List.of("Retry-After: 1"), "busy " + request.target()));

            HttpResponse<String> response = client.send(request(backend, "/x").build(), BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).contains("1");
            assertThat(response.body()).isEqualTo("busy /x");
        }
    }

    @Test
    void resetsAndClosesOnRequest() throws Exception {
        try (var backend = RecordingBackend.http("web-1").behave(Behaviour.RESET)) {
            assertThatThrownBy(() -> exchange(backend, "GET / HTTP/1.1\r\n\r\n")).isInstanceOf(SocketException.class);

            backend.behave(Behaviour.CLOSE);
            assertThat(exchange(backend, "GET / HTTP/1.1\r\n\r\n")).isEmpty();

            backend.behave(Behaviour.ANSWER_AND_CLOSE);
            assertThat(exchange(backend, "GET / HTTP/1.1\r\n\r\n")).contains("X-Backend: web-1").doesNotContain("Connection: close");
        }
    }

    @Test
    void echoesUntilTheHalfClose() throws Exception {
        try (var backend = RecordingBackend.echo("tcp-1"); var client = new Socket()) {
            client.connect(backend.address());
            client.getOutputStream().write("over and out".getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();

            assertThat(client.getInputStream().readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("over and out");
            await().atMost(LIMIT).until(() -> backend.open() == 0);
        }
    }

    @Test
    void closingResetsConnectionsAndFreesThePort() throws Exception {
        var first = RecordingBackend.echo("tcp-1");
        try (var client = new Socket()) {
            client.connect(first.address());
            await().atMost(LIMIT).until(() -> first.open() == 1);

            first.close();

            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> new Socket(first.address().getAddress(), first.port()).close()).isInstanceOf(ConnectException.class);
        }
        try (var again = RecordingBackend.echo("tcp-1", first.port())) {
            assertThat(again.port()).isEqualTo(first.port());
        }
    }

    private static HttpRequest.Builder request(RecordingBackend backend, String target) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + backend.port() + target)).timeout(LIMIT);
    }

    private static String exchange(RecordingBackend backend, String bytes) throws IOException {
        try (var client = new Socket()) {
            client.setSoTimeout((int) LIMIT.toMillis());
            client.connect(backend.address());
            client.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
