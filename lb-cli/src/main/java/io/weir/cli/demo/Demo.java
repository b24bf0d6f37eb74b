package io.weir.cli.demo;

import io.weir.cli.client.ApiClient;
import io.weir.cli.client.ApiRequest;
import io.weir.cli.client.Endpoint;
import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import io.weir.daemon.DaemonOptions;
import io.weir.daemon.StartRefused;
import io.weir.daemon.WeirDaemon;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A daemon in this process and four sample backends in processes of their own. Started on one thread; {@link #close} may be called by any
 * and takes everything away, the files too.
 */
public final class Demo implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final Duration DRAIN = Duration.ofSeconds(1);
    /** An interrupt at the terminal reaches the backends before this process has begun to end. */
    private static final Duration BEFORE_MISSING = Duration.ofMillis(500);

    private final DemoFiles files;
    private final DemoListeners listeners;
    private final List<BackendProcess> backends = new ArrayList<>();
    private Optional<WeirDaemon> daemon = Optional.empty();
    private volatile boolean closed;

    private Demo(DemoFiles files, DemoListeners listeners) {
        this.files = files;
        this.listeners = listeners;
    }

    /** Starts everything and returns once every listener accepts and every backend is healthy. */
    public static Demo start() {
        try {
            var ports = new DemoPorts();
            var demo = new Demo(DemoFiles.create(), DemoListeners.take(ports));
            Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "demo-end"));
            demo.startAll(ports);
            return demo;
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.FAILED, "the demo does not start: " + e.getMessage(),
                    "see that the temporary folder is writable");
        }
    }

    public DemoReport report() {
        return new DemoReport(listeners, files.socket(), List.copyOf(backends));
    }

    /** Calls back, on another thread, when a backend is gone while the demonstration goes on. */
    void onBackendGone(Consumer<BackendProcess> onGone) {
        for (BackendProcess backend : backends) {
            var _ = backend.process().onExit().thenRun(() -> {
                LockSupport.parkNanos(BEFORE_MISSING.toNanos());
                if (!closed) {
                    onGone.accept(backend);
                }
            });
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            daemon.ifPresent(WeirDaemon::close);
            backends.forEach(BackendProcess::stop);
            files.delete();
        }
    }

    private void startAll(DemoPorts ports) throws IOException {
        for (String zone : List.of("zone-a", "zone-b")) {
            for (int number = 1; number <= 2; number++) {
                startBackend(zone.substring("zone-".length()) + '-' + number, zone, ports.take());
            }
        }
        // a daemon that found them down would begin with the backup zone
        await(() -> backends.stream()
            .filter(backend -> !backend.accepts())
            .findFirst()
            .map(backend -> "backend " + backend.name() + " does not listen, see " + files.backendLog()));
        var options = new DaemonOptions(Optional.of(files.writeNode(listeners.adminPort())),
                Optional.of(files.writeTraffic(listeners, backends)), false, DRAIN);
        try {
            startDaemon(options);
        } catch (StartRefused e) {
            close();
            throw CommandFailure.of(ExitCode.FAILED, e.lines());
        }
        var client = new ApiClient(new Endpoint.Socket(files.socket()), Optional.empty());
        await(() -> missing(client));
    }

    private synchronized void startBackend(String name, String zone, int port) throws IOException {
        if (!closed) {
            backends.add(BackendProcess.start(name, zone, port, files.backendLog()));
        }
    }

    private synchronized void startDaemon(DaemonOptions options) throws StartRefused {
        if (!closed) {
            daemon = Optional.of(WeirDaemon.start(options));
        }
    }

    private void await(Supplier<Optional<String>> missing) {
        long deadlineNanos = System.nanoTime() + READY_LIMIT.toNanos();
        for (Optional<String> what = missing.get(); what.isPresent(); what = missing.get()) {
            if (System.nanoTime() - deadlineNanos >= 0) {
                close();
                throw CommandFailure.of(ExitCode.TIMED_OUT, "the demo is not ready after " + READY_LIMIT.toSeconds() + "s: " + what.get(),
                        "try again; a very busy machine may need several tries");
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    /** What is not yet as it should be. */
    private static Optional<String> missing(ApiClient client) {
        return first(client, "listeners", "state", "listening").or(() -> first(client, "backends", "state", "healthy"))
            .or(() -> first(client, "pools", "activeTier", "primary"));
    }

    private static Optional<String> first(ApiClient client, String kind, String field, String wanted) {
        return client.get(ApiRequest.path(kind))
            .json()
            .valueStream()
            .filter(row -> !row.path(field).asString("").equals(wanted))
            .findFirst()
            .map(row -> kind + ": " + row.path("name").asString("") + " is " + row.path(field).asString("unknown") + ", want " + wanted
                    + ' '
                    + row.path("cause").asString(""));
    }
}
