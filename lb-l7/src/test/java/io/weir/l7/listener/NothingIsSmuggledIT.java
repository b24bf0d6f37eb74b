package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Desync;
import io.weir.l7.exchange.HttpCounters;
import io.weir.l7.listener.ReferenceReader.Seen;
import io.weir.net.Transport;
import io.weir.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams that are nearly right, cut anywhere: the backend sees what the front accounted for, and nothing else. */
@SuppressWarnings("StringConcatToTextBlock") // on the wire every line end counts
class NothingIsSmuggledIT {
    private static final int ROUNDS = 400;
    private static final int PATIENCE_MILLIS = 30_000;
    private static final Pattern ANSWER = Pattern.compile("X-Seen: ([^\r\n]+)\r\n");

    private static final String[] METHODS = {"GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "TRACE", "PATCH", "X"};
    private static final String[] VERSIONS = {"HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0"};
    private static final String[] NOISE = {"X-A: b", "X-A:", "x-a:\t b \t", "Connection: close", "Connection: keep-alive, X-A",
        "Connection: a b", "Expect: 100-continue", "Upgrade: websocket", "Transfer_Encoding: chunked", "Content_Length: 3", " folded: b",
        "X-A : b", "Host: b", "Content-Length: 0", "Content-Length: 3", "Transfer-Encoding: chunked", "Transfer-Encoding: identity",
        "Content-Length: 3, 3", "TE: trailers", "Trailer: X-T", "X-A: b\nX-B: c", "X-A: b\rc", "X-A: b\0", ": b"};
    private static final String[] NASTY = {"\r", "\n", "\r\n", "\r\n\r\n", "\0", " ", "\t", ":", ",", ";", "0", "1", "f", "\u00ff", "x"};
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

    /** That there was something to be seen. */
    private static final class Total {
        private int rounds;
        private int passed;
        private int refused;
    }

    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private RawBackend backend;
    private TestProxy proxy;

    @BeforeEach
    void start() {
        backend = new RawBackend(this::record);
        proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
    }

    @AfterEach
    void stop() {
        proxy.close();
        backend.close();
    }

    /** Answers each request that has come whole with its own start line. */
    private void record(RawBackend.Connection connection) throws IOException {
        var all = new ByteArrayOutputStream();
        int answered = 0;
        byte[] some = new byte[4096];
        for (int count = connection.in().read(some); count >= 0; count = connection.in().read(some)) {
            all.write(some, 0, count);
            List<Seen> requests = ReferenceReader.read(all.toByteArray()).requests();
            for (; answered < requests.size(); answered++) {
                Seen request = requests.get(answered);
                seen.add(request);
                connection
                    .write("HTTP/1.1 200 OK\r\nX-Seen: " + request.method() + " " + request.target() + "\r\nContent-Length: 0\r\n\r\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Desync.class)
    void theBackendSeesWhatTheClientIsAnsweredFor(Desync mode) {
        proxy.desync(mode).publish();
        var total = new Total();
        Seeded.rounds(ROUNDS, random -> {
            seen.clear();
            long accountedBefore = proxy.count(HttpCounters::requests);
            byte[] sent = stream(random).getBytes(StandardCharsets.ISO_8859_1);
            String received = exchange(sent, random);
            String shown = new String(sent, StandardCharsets.ISO_8859_1).replace("\r", "\\r").replace("\n", "\\n\n");

            List<String> answers = ANSWER.matcher(received).results().map(found -> found.group(1)).toList();
            assertThat(answers).as(shown).isEqualTo(seen.stream().map(one -> one.method() + " " + one.target()).toList());
            assertThat((long) seen.size()).as(shown).isLessThanOrEqualTo(proxy.count(HttpCounters::requests) - accountedBefore);
            if (mode != Desync.MONITOR) {
                List<Seen> reference = ReferenceReader.read(sent).requests();
                assertThat(seen).as(shown).isEqualTo(reference.subList(0, Math.min(seen.size(), reference.size())));
            }
            total.rounds++;
            total.passed += seen.size();
            total.refused += received.contains(" 400 Bad Request\r\n") ? 1 : 0;
        });
        if (total.rounds == ROUNDS) {
            assertThat(total.passed).as("requests that passed").isGreaterThan(ROUNDS / 4);
            assertThat(total.refused).as("streams that were refused").isGreaterThan(ROUNDS / 10);
        }
    }

    /** What comes back until the proxy closes. */
    private String exchange(byte[] bytes, RandomGenerator random) throws IOException {
        try (var socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(proxy.address());
            send(socket, bytes, random);
            var received = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(received);
            } catch (SocketException reset) {
                // refused while more was on its way: what came before counts
            }
            return received.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private static void send(Socket socket, byte[] bytes, RandomGenerator random) throws IOException {
        OutputStream out = socket.getOutputStream();
        try {
            int at = 0;
            while (at < bytes.length) {
                int count = random.nextInt(3) == 0 ? Math.min(1 + random.nextInt(20), bytes.length - at) : bytes.length - at;
                out.write(bytes, at, count);
                at += count;
            }
            socket.shutdownOutput();
        } catch (IOException refused) {
            // its answer may be there nevertheless
        }
    }

    private static String stream(RandomGenerator random) {
        var text = new StringBuilder();
        for (int requests = 1 + random.nextInt(4), i = 0; i < requests; i++) {
            text.append(request(random, i));
        }
        for (int changes = Math.max(0, random.nextInt(6) - 3); changes > 0 && !text.isEmpty(); changes--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, pick(random, NASTY));
                default -> text.replace(at, at + 1, pick(random, NASTY));
            }
        }
        return text.toString();
    }

    private static String request(RandomGenerator random, int number) {
        String target = switch (random.nextInt(8)) {
            case 0 -> "http://a/" + number;
            case 1 -> "http://a?" + number;
            default -> "/" + number;
        };
        List<String> fields = new ArrayList<>(List.of("Host: a"));
        String body = body(random, fields);
        for (int noise = Math.max(0, random.nextInt(5) - 3); noise > 0; noise--) {
            fields.add(random.nextInt(fields.size() + 1), pick(random, NOISE));
        }
        return (random.nextInt(20) == 0 ? "\r\n" : "") + pick(random, METHODS) + " " + target + " " + pick(random, VERSIONS) + "\r\n"
                + String.join("\r\n", fields) + "\r\n\r\n" + body;
    }

    /** A body, or none, and the fields that announce it: now and then others too. */
    private static String body(RandomGenerator random, List<String> fields) {
        String data = random.nextBoolean() ? SMUGGLED : "x".repeat(random.nextInt(50));
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> "";
            case 3, 4 -> {
                fields.add("Content-Length: " + (random.nextInt(10) == 0 ? "0" : "") + data.length());
                yield data;
            }
            case 5, 6 -> {
                fields.add("Transfer-Encoding: chunked");
                yield chunks(random, data);
            }
            default -> {
                fields.add("Content-Length: " + data.length());
                fields.add("Transfer-Encoding: chunked");
                yield chunks(random, data);
            }
        };
    }

    private static String chunks(RandomGenerator random, String data) {
        String extension = random.nextInt(4) == 0 ? ";a=\"b;c\"" : "";
        String trailer = random.nextInt(4) == 0 ? "X-T: v\r\n" : "";
        String first = data.isEmpty() ? "" : Integer.toHexString(data.length()) + extension + "\r\n" + data + "\r\n";
        return first + "0" + extension + "\r\n" + trailer + "\r\n";
    }

    private static String pick(RandomGenerator random, String[] from) {
        return from[random.nextInt(from.length)];
    }
}
