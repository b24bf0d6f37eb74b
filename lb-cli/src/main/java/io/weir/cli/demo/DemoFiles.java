package io.weir.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The demonstration's folder: its two configuration files, the daemon's state and socket, and what the backends say. Any thread may call it. */
record DemoFiles(Path folder) {
    static DemoFiles create() throws IOException {
        return new DemoFiles(Files.createTempDirectory("weir-demo-"));
    }

    Path socket() {
        return folder.resolve("admin.sock");
    }

    Path backendLog() {
        return folder.resolve("backends.log");
    }

    Path writeNode(int adminPort) throws IOException {
        return Files.writeString(folder.resolve("node.yaml"), """
                name: demo
                zone: zone-a
                admin: {socket: "%s", http: "127.0.0.1:%d"}
                state: "%s"
                """.formatted(socket(), adminPort, folder.resolve("state")));
    }

    Path writeTraffic(DemoListeners listeners, List<BackendProcess> backends) throws IOException {
        var entries = new StringBuilder();
        backends.forEach(backend -> entries
            .append("      %s: {address: \"%s\", zone: %s}\n".formatted(backend.name(), backend.address(), backend.zone())));
        return Files.writeString(folder.resolve("weir.yaml"), """
                version: 1
                zones:
                  zone-a: {}
                  zone-b: {}
                healthChecks:
                  sample: {type: http, path: /healthz, interval: 500ms, timeout: 500ms, healthy: 2, unhealthy: 2}
                pools:
                  shop:
                    healthCheck: sample
                    backends:
                %1$s  failover-demo:
                    healthCheck: sample
                    zones: {primary: [zone-a], backup: [zone-b]}
                    failover: {holdDown: 5s}
                    backends:
                %1$s  web-internal:
                    healthCheck: none
                    proxyProtocol: v2
                    backends:
                      l7: {address: "%4$s"}
                listeners:
                  web:
                    protocol: http
                    bind: "%2$s"
                    routes:
                      - name: failover
                        match: {path: {prefix: /failover}}
                        forward: [{pool: failover-demo}]
                    pool: shop
                  edge:
                    protocol: tcp
                    bind: "%3$s"
                    pool: web-internal
                  web-internal:
                    protocol: http
                    bind: "%4$s"
                    acceptProxyProtocol: {from: [127.0.0.0/8]}
                    pool: shop
                """.formatted(entries, listeners.web(), listeners.edge(), listeners.webInternal()));
    }

    void delete() {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException _) {
            // what cannot be listed cannot be removed, and it lies in the temporary folder
        }
    }
}
