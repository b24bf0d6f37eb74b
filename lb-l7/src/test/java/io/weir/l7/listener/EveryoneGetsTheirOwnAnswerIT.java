package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.l7.listener.RawClient.RawAnswer;
import io.weir.net.Transport;
import io.weir.testkit.Seeded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many clients and moody backends at once: an answer may fail, but it never is somebody else's. */
class EveryoneGetsTheirOwnAnswerIT {
    private static final int CLIENTS = 24;
    private static final int REQUESTS = 120;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void answersNeverMix(Transport transport) throws Exception {
        long seed = RandomGenerator.getDefault().nextLong();
        try (var one = new RawBackend(connection -> serve(connection, seed));
                var two = new RawBackend(connection -> serve(connection, ~seed));
                var proxy = new TestProxy(transport).pool("pool", one.address(), two.address()).publish();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> whole = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int number = client;
                whole.add(clients.submit(() -> ask(proxy, number, Seeded.generator(seed + number))));
            }
            int answered = 0;
            for (Future<Integer> count : whole) {
                answered += count.get();
            }
            assertThat(answered).as("whole answers, seed %d", seed).isGreaterThan(CLIENTS * REQUESTS / 2);
        }
    }

    /** Requests of every shape, each marked; returns how many were answered whole. */
    private static int ask(TestProxy proxy, int client, RandomGenerator random) {
        int whole = 0;
        RawClient connection = proxy.client();
        for (int i = 0; i < REQUESTS; i++) {
            String mark = client + "-" + i;
            try {
                connection.send(request(mark, random));
                if (random.nextInt(20) == 0) {
                    connection.close();
                    connection = proxy.client();
                    continue;
                }
                RawAnswer answer = connection.answer();
                if (answer.status() == 200) {
                    assertThat(answer.field("X-Mark")).isEqualTo(mark);
                    assertThat(answer.body()).startsWith(mark + ";").matches("(?s)" + mark + ";x*");
                    whole++;
                } else {
                    assertThat(answer.status()).isEqualTo(502);
                }
                if (answer.field("Connection").equals("close")) {
                    connection.close();
                    connection = proxy.client();
                }
            } catch (UncheckedIOException cut) {
                connection.close();
                connection = proxy.client();
            }
        }
        connection.close();
        return whole;
    }

    private static String request(String mark, RandomGenerator random) {
        int size = random.nextInt(4) == 0 ? random.nextInt(300_000) : random.nextInt(2_000);
        String fields = " HTTP/1.1\r\nHost: a\r\nX-Mark: " + mark + "\r\n";
        return switch (random.nextInt(4)) {
            case 0 -> "PUT /" + size + fields + "Content-Length: " + size + "\r\n\r\n" + "u".repeat(size);
            case 1 -> "POST /" + size + fields + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(size + 1) + "\r\n"
                    + "u".repeat(size + 1)
                    + "\r\n0\r\n\r\n";
            default -> "GET /" + size + fields + "\r\n";
        };
    }

    private static void serve(RawBackend.Connection connection, long seed) throws IOException {
        RandomGenerator random = Seeded.generator(seed ^ connection.number());
        while (connection.readHead()) {
            String head = connection.head();
            String mark = head.replaceAll("(?s).*X-Mark: ([0-9-]+).*", "$1");
            int mood = random.nextInt(40);
            if (mood == 0) {
                return;
            }
            readBody(connection, head);
            String body = mark + ";" + "x".repeat(random.nextInt(8) == 0 ? random.nextInt(500_000) : random.nextInt(500));
            String start = "HTTP/1.1 200 OK\r\nX-Mark: " + mark + "\r\n";
            if (mood < 10) {
                connection.write(start + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + ";e\r\n" + body
                        + "\r\n0\r\n\r\n");
            } else if (mood < 12) {
                connection.write(start + "\r\n" + body);
                return;
            } else if (mood < 13) {
                connection.write(start + "Content-Length: " + (body.length() + 5) + "\r\n\r\n" + body);
                return;
            } else {
                connection.write(start + "Content-Length: " + body.length() + "\r\n\r\n" + body);
            }
            if (mood == 39) {
                return;
            }
        }
    }

    private static void readBody(RawBackend.Connection connection, String head) throws IOException {
        if (head.contains("chunked")) {
            int size;
            do {
                StringBuilder line = new StringBuilder();
                for (int next = connection.in().read(); next != '\n'; next = connection.in().read()) {
                    line.append((char) next);
                }
                size = Integer.parseInt(line.toString().strip(), 16);
                connection.in().readNBytes(size + 2);
            } while (size > 0);
        } else if (head.contains("Content-Length")) {
            byte[] body = connection.in().readNBytes(Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1")));
            assertThat(new String(body, StandardCharsets.ISO_8859_1)).matches("u*");
        }
    }
}
