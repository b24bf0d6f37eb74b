package io.weir.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A daemon on a unix socket that gives canned answers and remembers the requests. Any thread may call it. */
final class FakeDaemon implements AutoCloseable {
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    private final Path folder;
    private final ServerSocketChannel server;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** One request: its first line without the version, its fields as they came, and its body. */
    record Asked(String line, String fields, String body) {}

    private FakeDaemon(Path folder, ServerSocketChannel server) {
        this.folder = folder;
        this.server = server;
    }

    static FakeDaemon start() {
        try {
            Path folder = Files.createTempDirectory("weir-fake");
            var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(folder.resolve("admin.sock")));
            var daemon = new FakeDaemon(folder, server);
            Thread.ofVirtual().name("fake-daemon").start(daemon::serve);
            return daemon;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path socket() {
        return folder.resolve("admin.sock");
    }

    /** Answers {@code GET /v1/status} and the like, the query included, with this status and JSON. */
    FakeDaemon answer(String requestLine, int status, String json) {
        return answerRaw(requestLine, "HTTP/1.1 " + status + " Any\r\nContent-Length: " + json.getBytes(StandardCharsets.UTF_8).length
                + "\r\n\r\n" + json);
    }

    FakeDaemon answerRaw(String requestLine, String response) {
        answers.put(requestLine, response);
        return this;
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(socket());
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                Thread.ofVirtual().start(() -> exchange(client));
            }
        } catch (IOException _) {
            // closed: the test is over
        }
    }

    private void exchange(SocketChannel client) {
        try (client; InputStream input = new BufferedInputStream(Channels.newInputStream(client))) {
            Asked request = read(input);
            asked.add(request);
            String answer = answers.getOrDefault(request.line(), "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
            ByteBuffer bytes = ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
        } catch (IOException _) {
            // the client went away
        }
    }

    private static Asked read(InputStream input) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = input.read();
            if (octet < 0) {
                throw new IOException("the head ended early");
            }
            head.write(octet);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        int firstEnd = text.indexOf("\r\n");
        Matcher length = CONTENT_LENGTH.matcher(text);
        byte[] body = input.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        return new Asked(text.substring(0, firstEnd).replace(" HTTP/1.1", ""), text.substring(firstEnd + 2).strip(),
                new String(body, StandardCharsets.UTF_8));
    }
}
