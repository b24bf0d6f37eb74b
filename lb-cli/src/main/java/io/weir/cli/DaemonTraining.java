package io.weir.cli;

import io.weir.daemon.DaemonOptions;
import io.weir.daemon.StartRefused;
import io.weir.daemon.WeirDaemon;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs a daemon with a little traffic of each kind, so that the JVM that records an ahead-of-time cache sees the classes that
 * {@code weir serve} loads and what its hot paths do. The launcher starts it once after a build.
 */
public final class DaemonTraining {
    private static final Duration TRAFFIC = Duration.ofSeconds(2);
    private static final int REQUESTS_A_CONNECTION = 50;
    private static final byte[] REQUEST = bytes("GET /training HTTP/1.1\r\nHost: weir\r\nAccept: */*\r\n\r\n");
    private static final byte[] LAST_REQUEST = bytes("GET /training HTTP/1.1\r\nHost: weir\r\nConnection: close\r\n\r\n");
    private static final byte[] ANSWER = bytes("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nweir");

    private DaemonTraining() {}

    public static void main(String[] args) throws IOException, StartRefused {
        Main.run(new String[] {"serve", "--help"}, Environment.ofProcess());
        Path folder = Files.createTempDirectory("weir-training");
        try (var backend = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> acceptAll(backend));
            try (WeirDaemon daemon = WeirDaemon.start(options(folder, backend.getLocalPort()))) {
                exercise(daemon);
            }
        } finally {
            delete(folder);
        }
    }

    private static DaemonOptions options(Path folder, int port) throws IOException {
        Path node = Files.writeString(folder.resolve("node.yaml"), """
                name: training
                workers: 1
                admin: {socket: %s/admin.sock}
                state: %s/state
                """.formatted(folder, folder));
        Path config = Files.writeString(folder.resolve("weir.yaml"), """
                version: 1
                pools:
                  trained:
                    algorithm: least-requests
                    healthCheck: {type: http, path: /training, interval: 5s}
                    backends:
                      only: {address: "127.0.0.1:%d"}
                listeners:
                  http: {protocol: http, bind: "127.0.0.1:0", pool: trained}
                  tcp: {protocol: tcp, bind: "127.0.0.1:0", pool: trained}
                """.formatted(port));
        return new DaemonOptions(Optional.of(node), Optional.of(config), false, Duration.ofSeconds(1));
    }

    private static void exercise(WeirDaemon daemon) throws IOException {
        InetSocketAddress http = daemon.address("http").orElseThrow();
        InetSocketAddress tcp = daemon.address("tcp").orElseThrow();
        long endNanos = System.nanoTime() + TRAFFIC.toNanos();
        while (System.nanoTime() - endNanos < 0) {
            request(http, REQUESTS_A_CONNECTION);
            request(http, 1);
            request(tcp, 1);
        }
    }

    /** Sends so many requests on one connection and waits until the daemon, told by the last one, closes it. */
    private static void request(InetSocketAddress address, int requests) throws IOException {
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            InputStream in = socket.getInputStream();
            byte[] answer = new byte[4096];
            for (int sent = 1; sent <= requests; sent++) {
                socket.getOutputStream().write(sent < requests ? REQUEST : LAST_REQUEST);
                if (in.read(answer) < 0) {
                    return;
                }
            }
        }
    }

    private static void acceptAll(ServerSocket backend) {
        while (!backend.isClosed()) {
            try {
                Socket client = backend.accept();
                Thread.ofVirtual().start(() -> answerAll(client));
            } catch (IOException _) {
                // closed: the training is over
            }
        }
    }

    /** A request comes in one piece here. */
    private static void answerAll(Socket client) {
        try (client) {
            byte[] request = new byte[4096];
            while (client.getInputStream().read(request) > 0) {
                client.getOutputStream().write(ANSWER);
            }
        } catch (IOException _) {
            // the daemon has closed it
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
