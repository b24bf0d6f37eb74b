package io.weir.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Runs everyday commands against canned answers, so that the JVM that records an ahead-of-time cache sees the classes that they load.
 * The launcher starts it once after a build.
 */
public final class StartupTraining {
    private static final String ROW = """
            {"name":"web","pool":"shop","protocol":"http","bind":"127.0.0.1:8080","boundPort":8080,"enabled":true,"state":"listening",
            "connections":1,"address":"127.0.0.1:80","zone":"zone-a","weight":100,"since":"2026-01-01T00:00:00Z","by":"check","cause":"",
            "algorithm":"maglev","activeTier":"primary","healthy":2,"total":2,"revision":1,"at":"2026-01-01T00:00:00Z","details":{"to":"up"}}
            """;
    private static final List<String> COMMANDS = List.of("status", "status -o json", "backend list", "backend list -o yaml",
            "backend list -o json", "listener list", "pool list", "route list web", "config history", "config show", "events", "version",
            "backend set shop i-01 --weight 50 --set drain=1s", "backend drain shop i-01 --wait 1ms", "backend lst", "--help");

    private StartupTraining() {}

    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("weir-training");
        Path socket = folder.resolve("admin.sock");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofPlatform().daemon().start(() -> answerAll(server));
            COMMANDS.forEach(command -> run(command, socket));
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(folder);
        }
    }

    private static void run(String command, Path socket) {
        var output = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
        Main.run(command.split(" "), new Environment(output, output, Map.of("WEIR_SOCKET", socket.toString()), true));
    }

    private static void answerAll(ServerSocketChannel server) {
        try {
            while (true) {
                try (SocketChannel client = server.accept()) {
                    answer(client);
                }
            }
        } catch (IOException _) {
            // closed: the training is over
        }
    }

    private static void answer(SocketChannel client) throws IOException {
        var head = ByteBuffer.allocate(8 * 1024);
        client.read(head);
        String target = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
        ByteBuffer answer = ByteBuffer.wrap(answerTo(target).getBytes(StandardCharsets.UTF_8));
        while (answer.hasRemaining()) {
            client.write(answer);
        }
    }

    private static String answerTo(String request) {
        String list = "[" + ROW + "]";
        String body = request.startsWith("GET /v1/status")
                ? "{\"node\":{\"name\":\"lb-1\",\"ready\":true},\"revision\":1,\"listeners\":" + list + ",\"pools\":" + list + "}"
                : request.startsWith("GET") ? list : "{\"revision\":1,\"warnings\":[],\"changes\":[\"a: 1 -> 2\"]}";
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }
}
