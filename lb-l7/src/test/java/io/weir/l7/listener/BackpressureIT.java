package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.net.Transport;
import io.weir.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackpressureIT {
    /** Far more than all socket and relay buffers on the way together. */
    private static final int LARGE = 64 * 1024 * 1024;
    /** What kernel buffers on both sides and ours may hold. */
    private static final int HELD = 32 * 1024 * 1024;
    private static final int SMALL_BUFFER = 16 * 1024;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientThatDoesNotReadStopsItsBackend(Transport transport) throws Exception {
        AtomicLong written = new AtomicLong();
        byte[] block = block(1);
        try (var backend = new RawBackend(connection -> {
            if (connection.readHead()) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
                for (int sent = 0; sent < LARGE; sent += block.length) {
                    connection.out().write(block);
                    written.addAndGet(block.length);
                }
            }
        });
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var client = RawClient.to(proxy.address(), SMALL_BUFFER)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            long before = -1;
            while (written.get() != before) {
                before = written.get();
                new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
            }
            assertThat(before).isLessThan(HELD);

            assertThat(crc(client.answer().body())).isEqualTo(crcOf(block, LARGE / block.length));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBackendThatDoesNotReadStopsItsClient(Transport transport) throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        AtomicLong received = new AtomicLong();
        CRC32 crc = new CRC32();
        try (var backend = new RawBackend(connection -> {
            if (connection.readHead()) {
                read.await();
                byte[] into = new byte[65536];
                while (received.get() < LARGE) {
                    int count = connection.in().read(into);
                    crc.update(into, 0, count);
                    received.addAndGet(count);
                }
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
        }); var proxy = new TestProxy(transport).pool("pool", backend.address()).publish(); var client = proxy.client()) {
            byte[] block = block(2);
            AtomicLong sent = new AtomicLong();
            Thread sender = Thread.ofVirtual().start(() -> {
                client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + LARGE + "\r\n\r\n");
                while (sent.get() < LARGE) {
                    client.send(block);
                    sent.addAndGet(block.length);
                }
            });
            long before = -1;
            while (sent.get() != before) {
                before = sent.get();
                new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
            }
            assertThat(before).isLessThan(HELD);

            read.countDown();
            assertThat(client.answer().status()).isEqualTo(200);
            sender.join();
            assertThat(crc.getValue()).isEqualTo(crcOf(block, LARGE / block.length));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aListenersBandwidthHoldsInEachDirectionAndNothingIsLostAtTheClose(Transport transport) {
        int length = 4_000_000;
        byte[] body = new byte[length];
        Seeded.generator(4711).nextBytes(body);
        try (var backend = new RawBackend(connection -> {
            if (connection.readHead()) {
                byte[] received = connection.in().readNBytes(length);
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
                connection.out().write(received);
            }
        });
                var proxy = new TestProxy(transport).pool("pool", backend.address()).bandwidth(4L * length).publish();
                var client = proxy.client()) {
            long start = System.nanoTime();
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " + length + "\r\n\r\n").send(body);

            assertThat(crc(client.answer().body())).isEqualTo(crcOf(body, 1));
            // Two seconds in each direction, but for a fifth of a second's worth and what may be received at once.
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(3_000L, 30_000L);
            assertThat(client.closed()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void bodiesOfAnySizeComeBackAsTheyWere(Transport transport) {
        try (var backend = new RawBackend(connection -> {
            while (connection.readHead()) {
                int length = Integer.parseInt(connection.head().replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
                byte[] body = connection.in().readNBytes(length);
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
                connection.out().write(body);
            }
        }); var proxy = new TestProxy(transport).pool("pool", backend.address()).publish(); var client = proxy.client()) {
            Seeded.rounds(60, random -> {
                byte[] body = new byte[random.nextInt(4) == 0 ? random.nextInt(600_000) : random.nextInt(20_000)];
                random.nextBytes(body);
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");
                sendInPieces(client, body, random);

                assertThat(client.answer().body().getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(body);
            });
            assertThat(backend.accepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aSlowClientThatEndedItsSendingHalfGetsAllOfALargeAnswer(Transport transport) {
        String body = "0123456789abcdef".repeat(1024 * 1024);
        try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var client = RawClient.to(proxy.address(), SMALL_BUFFER)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").endOutput();

            assertThat(client.answer().body()).isEqualTo(body);
            assertThat(client.answer().body()).isEqualTo(body);
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void anAnswerThatComesBeforeTheRequestIsReadClosesBothConnections() throws Exception {
        try (var backend = RawBackend.answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
                var proxy = new TestProxy(Transport.EPOLL).pool("pool", backend.address()).publish();
                var client = proxy.client()) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nstart");

            var answer = client.answer();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.field("Connection")).isEqualTo("close");
            assertThat(client.closed()).isTrue();
            try (var next = proxy.client()) {
                assertThat(next.get("/").status()).isEqualTo(403);
            }
            assertThat(backend.accepted()).isEqualTo(2);
        }
    }

    private static void sendInPieces(RawClient client, byte[] body, RandomGenerator random) {
        for (int at = 0; at < body.length;) {
            int count = Math.min(body.length - at, 1 + random.nextInt(100_000));
            client.send(Arrays.copyOfRange(body, at, at + count));
            at += count;
        }
    }

    private static byte[] block(int seed) {
        byte[] block = new byte[65536];
        Seeded.generator(seed).nextBytes(block);
        return block;
    }

    private static long crc(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.ISO_8859_1));
        return crc.getValue();
    }

    private static long crcOf(byte[] block, int times) {
        CRC32 crc = new CRC32();
        for (int i = 0; i < times; i++) {
            crc.update(block);
        }
        return crc.getValue();
    }
}
