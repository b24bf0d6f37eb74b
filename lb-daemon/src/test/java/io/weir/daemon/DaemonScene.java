package io.weir.daemon;

import io.weir.testkit.RecordingBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The files of one node in a folder, and what it takes to start a daemon on them. Confined to the test. */
record DaemonScene(Path folder) {
    /** Probes fast, so that tests need not wait. */
    static final String CHECK = "{type: tcp, interval: 100ms, timeout: 500ms, healthy: 1, unhealthy: 1}";

    static DaemonScene in(Path folder) {
        var scene = new DaemonScene(folder);
        scene.write("node.yaml", """
                name: test-node
                workers: 1
                admin: {socket: %s, http: "127.0.0.1:0"}
                state: %s
                """.formatted(scene.socket(), scene.state()));
        return scene;
    }

    Path socket() {
        return folder.resolve("admin.sock");
    }

    Path state() {
        return folder.resolve("state");
    }

    Path nodeFile() {
        return folder.resolve("node.yaml");
    }

    ApiClient api() {
        return ApiClient.of(socket());
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    DaemonOptions options() {
        return new DaemonOptions(Optional.of(nodeFile()), Optional.empty(), false, Duration.ofSeconds(5));
    }

    DaemonOptions options(Path config, boolean importIt) {
        return new DaemonOptions(Optional.of(nodeFile()), Optional.of(config), importIt, Duration.ofSeconds(5));
    }

    /** One pool {@code shop} over these backends, and the listeners {@code web} (http) and {@code edge} (tcp) on ports of the kernel's choice. */
    static String configuration(RecordingBackend... backends) {
        var text = new StringBuilder("version: 1\npools:\n  shop:\n    healthCheck: " + CHECK + "\n    backends:\n");
        for (RecordingBackend backend : backends) {
            text.append("      ").append(backend.name()).append(": {address: \"127.0.0.1:").append(backend.port()).append("\"}\n");
        }
        return text + """
                listeners:
                  web: {protocol: http, bind: "127.0.0.1:0", pool: shop}
                  edge: {protocol: tcp, bind: "127.0.0.1:0", pool: shop}
                """;
    }

    /** The status and body of one request through a listener, over a connection of its own. */
    static String fetch(int port) {
        try (var client = HttpClient.newHttpClient()) {
            return fetch(client, port);
        }
    }

    /** The status and body of one request through a listener. */
    static String fetch(HttpClient client, int port) {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).timeout(Duration.ofSeconds(5)).build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body().strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
