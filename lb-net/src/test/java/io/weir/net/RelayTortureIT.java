package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.weir.core.model.Offload;
import io.weir.testkit.Seeded;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bytes in are bytes out: thousands of connections with random sizes, pauses, half-closes, resets and slow readers, every
 * byte compared with what was sent. Both ends make the plan of a connection from its number, which is what the client
 * sends first, behind a PROXY header that is cut anywhere if the relay wants one.
 */
final class RelayTortureIT {
    private static final int CONNECTIONS = 1_500;

    private static final int AT_ONCE = 48;

    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** What one end sends, and how it reads. */
    private record Plan(long seed, int bytes, int chunk, int pausePercent, int readChunk, int readPausePercent, boolean resets) {
        static Plan of(long seed, int connection, boolean client) {
            var random = new SplittableRandom(seed * 31 + connection * 2L + (client ? 1 : 0));
            int bytes = switch (random.nextInt(20)) {
                case 0 -> 0;
                case 1, 2, 3 -> random.nextInt(100_000, 400_000);
                case 4 -> random.nextInt(400_000, 3_000_000);
                case 5, 6 -> random.nextInt(60_000, 70_000);
                default -> random.nextInt(1, 5_000);
            };
            int chunk = 1 << random.nextInt(3, 17);
            int readChunk = 1 << random.nextInt(6, 17);
            return new Plan(random.nextLong(), bytes, Math.max(chunk, bytes / 500), random.nextInt(8),
                    Math.max(readChunk, 512), random.nextInt(8), random.nextInt(12) == 0);
        }

        /** How far it comes before it resets the connection. */
        int sent() {
            return resets ? bytes / 2 : bytes;
        }
    }

    /**
     * One end of a connection, which follows its own plan and checks the other's.
     *
     * @param wire below what ends TLS, which can only close in order
     */
    private record End(Socket socket, Socket wire, Plan own, Plan other, Queue<String> faults, String name) {
        /**
         * A TLS client reads to the end before it ends its own stream: whoever gets a close_notify answers with one and drops what it had to say
         * (RFC 5246 7.2.1). RFC 8446 6.1 lets it go on, which BoringSSL's engine does for no version. A backend that ends first stops nobody.
         */
        private boolean endsFirst() {
            return socket.equals(wire);
        }

        void run() throws IOException, InterruptedException {
            Thread reader = Thread.ofVirtual().start(this::read);
            write();
            reader.join();
            socket.close();
        }

        private void write() throws IOException {
            var bytes = new SplittableRandom(own.seed);
            var pauses = new SplittableRandom(own.seed + 1);
            byte[] chunk = new byte[own.chunk];
            try {
                OutputStream out = socket.getOutputStream();
                for (int sent = 0; sent < own.sent();) {
                    int length = Math.min(own.sent() - sent, pauses.nextInt(1, own.chunk + 1));
                    fill(bytes, chunk, length);
                    out.write(chunk, 0, length);
                    sent += length;
                    pause(pauses, own.pausePercent);
                }
                if (own.resets) {
                    wire.setSoLinger(true, 0);
                    wire.close();
                } else if (endsFirst()) {
                    socket.shutdownOutput();
                }
            } catch (IOException failure) {
                if (!own.resets && !other.resets) {
                    faults.add(name + " cannot write: " + failure);
                }
            }
        }

        private void read() {
            var bytes = new SplittableRandom(other.seed);
            var pauses = new SplittableRandom(other.seed + 2);
            byte[] received = new byte[own.readChunk];
            byte[] expected = new byte[own.readChunk];
            int total = 0;
            try {
                InputStream in = socket.getInputStream();
                for (int n = in.read(received); n >= 0; n = in.read(received, 0, nextRead(pauses))) {
                    fill(bytes, expected, n);
                    if (!Arrays.equals(received, 0, n, expected, 0, n)) {
                        faults.add(name + " got wrong bytes between " + total + " and " + (total + n));
                        return;
                    }
                    total += n;
                    pause(pauses, own.readPausePercent);
                }
                if (total != other.bytes && !own.resets && !other.resets) {
                    faults.add(name + " got " + total + " bytes, want " + other.bytes);
                }
            } catch (IOException failure) {
                if (!own.resets && !other.resets) {
                    faults.add(name + " cannot read: " + failure);
                }
            }
            if (total > other.bytes) {
                faults.add(name + " got " + total + " bytes of " + other.bytes);
            }
        }

        private int nextRead(SplittableRandom pauses) {
            return pauses.nextInt(1, own.readChunk + 1);
        }

        /** The same bytes however they are cut. */
        private static void fill(SplittableRandom bytes, byte[] into, int length) {
            for (int i = 0; i < length; i++) {
                into[i] = (byte) bytes.nextInt();
            }
        }

        private static void pause(SplittableRandom random, int percent) {
            if (random.nextInt(100) < percent) {
                LockSupport.parkNanos(random.nextInt(3_000_000));
            }
        }
    }

    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    @ParameterizedTest
    @CsvSource({"IO_URING,AUTO", "IO_URING,SPLICE", "IO_URING,OFF", "EPOLL,AUTO", "EPOLL,SPLICE", "EPOLL,OFF", "NIO,AUTO"})
    void everyByteArrivesOnceAndInOrder(Transport transport, Offload offload) throws Exception {
        assumeThat(transport.unavailable()).isEmpty();
        Seeded.rounds(1, random -> torture(transport, offload, random.nextLong() >>> 8, false, null));
    }

    @ParameterizedTest
    @EnumSource
    void everyByteBehindAProxyHeaderArrivesOnceAndInOrder(Transport transport) throws Exception {
        assumeThat(transport.unavailable()).isEmpty();
        Seeded.rounds(1, random -> torture(transport, Offload.AUTO, random.nextLong() >>> 8, true, null));
    }

    @ParameterizedTest
    @EnumSource
    void everyByteThatIsEncryptedArrivesOnceAndInOrder(Transport transport, @TempDir Path folder) throws Exception {
        assumeThat(transport.unavailable()).isEmpty();
        try (var tls = new TestTls(folder)) {
            Seeded.rounds(1, random -> torture(transport, Offload.AUTO, random.nextLong() >>> 8, false, tls));
        }
    }

    private void torture(Transport transport, Offload offload, long seed, boolean proxied, @Nullable TestTls tls) throws Exception {
        // Closed in the opposite order: without its backend's socket nobody waits for a connection any more.
        try (EventLoops loops = EventLoops.start(transport, 2);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                var backend = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress())) {
            var plain = RecordingPolicy.to((InetSocketAddress) backend.getLocalSocketAddress()).offload(offload);
            var wanted = proxied ? plain.prefaces(List.of(ProxyPreface::new)) : plain;
            var policy = tls == null ? wanted : wanted.ending(() -> tls);
            var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            Listening listening = tls == null
                    ? RelayListener.open(loops, anyPort, 4096, _ -> policy)
                    : RelayListener.openForTls(loops, anyPort, 4096, _ -> policy);
            threads.execute(() -> serve(backend, seed, threads));
            var places = new Semaphore(AT_ONCE);
            for (int connection = 0; connection < CONNECTIONS; connection++) {
                int number = connection;
                assertThat(places.tryAcquire(LIMIT.toSeconds(), TimeUnit.SECONDS)).as("a place for " + number).isTrue();
                threads.execute(() -> {
                    client(listening, seed, number, proxied, tls);
                    places.release();
                });
            }
            assertThat(places.tryAcquire(AT_ONCE, LIMIT.toSeconds(), TimeUnit.SECONDS)).as("all ended").isTrue();
            assertThat(faults).isEmpty();
            await().atMost(Duration.ofSeconds(20))
                .until(() -> policy.sessions().stream().allMatch(session -> session.closings == 1));
            assertThat(policy.sessions()).hasSize(CONNECTIONS);
            boolean splices = transport != Transport.NIO && offload != Offload.OFF && tls == null;
            assertThat(spliced(policy) > 0).isEqualTo(splices);
            assertThat(loops.traffic()).allSatisfy(loop -> assertThat(loop.pipeCounts().inUse().get()).isZero());
        }
    }

    private static long spliced(RecordingPolicy policy) {
        return policy.sessions().stream().mapToLong(session -> session.traffic.bytesSpliced().get()).sum();
    }

    private void client(Listening listening, long seed, int number, boolean proxied, @Nullable TestTls tls) {
        Plan own = Plan.of(seed, number, true);
        try (var wire = new Socket()) {
            if (number % 5 == 0) {
                wire.setReceiveBufferSize(4_096);
            }
            wire.connect(listening.address());
            wire.setSoTimeout((int) LIMIT.toMillis());
            Socket socket = tls == null ? wire : tls.over(wire);
            byte[] first = ByteBuffer.allocate(4).putInt(number).array();
            if (proxied) {
                sendHeader(socket, new SplittableRandom(seed + number), first);
            } else {
                socket.getOutputStream().write(first);
            }
            new End(socket, wire, own, Plan.of(seed, number, false), faults, "client " + number).run();
        } catch (IOException | InterruptedException failure) {
            if (!own.resets && !Plan.of(seed, number, false).resets) {
                faults.add("client " + number + ": " + failure);
            }
        }
    }

    /** In two pieces, the second of which has the first bytes of the connection's own. */
    private static void sendHeader(Socket socket, SplittableRandom random, byte[] first) throws IOException {
        var client = new InetSocketAddress("192.0.2.7", random.nextInt(1, 65_536));
        var server = new InetSocketAddress("2001:db8::9", 443);
        byte[] header = random.nextBoolean() ? Headers.v1(client, server) : Headers.v2(client, server);
        byte[] all = ByteBuffer.allocate(header.length + first.length).put(header).put(first).array();
        int cut = random.nextInt(all.length + 1);
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(all, 0, cut);
        End.pause(random, 50);
        socket.getOutputStream().write(all, cut, all.length - cut);
    }

    private void serve(ServerSocket backend, long seed, ExecutorService threads) {
        try {
            while (true) {
                Socket socket = backend.accept();
                threads.execute(() -> answer(socket, seed));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void answer(Socket socket, long seed) {
        try (socket) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            byte[] first = socket.getInputStream().readNBytes(4);
            if (first.length < 4) {
                return;
            }
            int number = ByteBuffer.wrap(first).getInt();
            new End(socket, socket, Plan.of(seed, number, false), Plan.of(seed, number, true), faults, "backend " + number).run();
        } catch (IOException | InterruptedException failure) {
            // A client that resets at once; every other failure is told by the end itself.
        }
    }
}
