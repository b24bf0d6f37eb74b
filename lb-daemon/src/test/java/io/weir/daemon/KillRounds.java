package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.ManagedProcess;
import io.weir.testkit.RecordingBackend;
import io.weir.testkit.Seeded;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * Kills a daemon in the middle of applies of a large configuration, over and over. After each restart, over the socket that was left
 * behind: the revision is one that was sent, whole; none that was acknowledged is missing; traffic flows. A main program for the long run:
 * {@code KillRounds ROUNDS APPLIES BACKENDS}.
 */
final class KillRounds {
    private static final String MARK = "# apply ";

    private final DaemonScene scene;
    private final RecordingBackend backend;
    private final int applies;
    private final int backends;
    private final RandomGenerator random;
    /** The number of the apply that was acknowledged last. */
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();

    KillRounds(Path folder, RecordingBackend backend, int applies, int backends, long seed) {
        this.scene = DaemonScene.in(folder);
        this.backend = backend;
        this.applies = applies;
        this.backends = backends;
        this.random = Seeded.generator(seed);
    }

    public static void main(String[] args) throws Exception {
        try (var backend = RecordingBackend.http("i-01")) {
            Path folder = Files.createTempDirectory("weir-kill");
            long seed = System.nanoTime();
            System.out.println("seed " + seed + ", folder " + folder);
            new KillRounds(folder, backend, Integer.parseInt(args[1]), Integer.parseInt(args[2]), seed).run(Integer.parseInt(args[0]));
        }
        System.out.println("all rounds held");
        System.exit(0);
    }

    void run(int rounds) throws InterruptedException {
        Path first = scene.write("weir.yaml", configuration(0));
        for (int round = 0; round < rounds; round++) {
            try (ManagedProcess daemon = DaemonProcess.start(scene, Optional.of(first))) {
                check(round);
                applyUntilKilled(daemon);
            }
        }
        try (var _ = DaemonProcess.start(scene, Optional.of(first))) {
            check(rounds);
        }
    }

    private void check(int round) {
        String text = scene.api().get("/v1/config", "Accept: application/yaml").body();
        int inForce = Integer.parseInt(text.substring(MARK.length(), text.indexOf('\n')));
        assertThat(inForce).as("round %d: the apply that is in force", round).isBetween(acknowledged.get(), sent.get());
        assertThat(text).as("round %d: apply %d is whole", round, inForce).isEqualTo(configuration(inForce));
        acknowledged.set(inForce);
        sent.set(inForce);
        int web = scene.api().get("/v1/listeners/web").json().path("status").path("boundPort").asInt();
        assertThat(DaemonScene.fetch(web)).as("round %d", round).isEqualTo("200 i-01");
    }

    /** The kill comes at a random moment of the applies. */
    private void applyUntilKilled(ManagedProcess daemon) {
        int last = sent.get() + applies;
        int fatal = sent.get() + 1 + random.nextInt(applies);
        long delayMicros = random.nextInt(20_000);
        while (sent.get() < last) {
            int number = sent.incrementAndGet();
            CompletableFuture<Void> kill = number == fatal ? CompletableFuture.runAsync(() -> kill(daemon, delayMicros)) : null;
            boolean applied = apply(number);
            if (applied) {
                acknowledged.set(number);
            }
            if (kill != null) {
                kill.join();
                return;
            }
            assertThat(applied).as("apply %d of a daemon that lives", number).isTrue();
        }
    }

    private boolean apply(int number) {
        try {
            return scene.api().putYaml("/v1/config", configuration(number)).status() == 200;
        } catch (UncheckedIOException _) {
            return false; // killed
        }
    }

    private static void kill(ManagedProcess daemon, long delayMicros) {
        LockSupport.parkNanos(delayMicros * 1_000);
        daemon.kill();
    }

    private String configuration(int number) {
        var text = new StringBuilder(MARK).append(number).append("\nversion: 1\npools:\n  shop:\n    healthCheck: none\n    backends:\n");
        text.append("      i-01: {address: \"127.0.0.1:")
            .append(backend.port())
            .append("\"}\n  large:\n    healthCheck: none\n    backends:\n");
        for (int i = 0; i < backends; i++) {
            text.append("      b-")
                .append(i)
                .append(": {address: \"10.")
                .append(i >> 8)
                .append('.')
                .append(i & 0xff)
                .append(".1:80\", weight: ");
            text.append(1 + (i + number) % 100).append("}\n");
        }
        return text.append("listeners:\n  web: {protocol: http, bind: \"127.0.0.1:0\", pool: shop}\n").toString();
    }
}
