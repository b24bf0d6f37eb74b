package io.weir.health.probe;

import io.weir.core.health.DurationText;
import io.weir.core.health.ProbeOutcome;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.core.model.Probe;
import io.weir.core.model.Weight;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * One run of a program, judged by its exit code (KA-12). Confined to the probe loop, but for the run itself, which has a virtual thread. The
 * program is started without a shell, in {@code /}, with no input and no environment but {@code PATH} and what says whom it is to look at.
 * When its time is over, it writes too much, or nobody waits for it any more, it is killed together with its children.
 */
final class ScriptProbe implements Prober.Running {
    /** What a program may write; the first line is told if it fails. */
    static final int OUTPUT_LIMIT_BYTES = 64 * 1024;
    /** Exit 2 is weight 0. Codes over that of the highest weight fail: a program that a signal has ended seems to exit with 128 and more. */
    private static final int FIRST_WEIGHT = 2;
    private static final int FIRST_LINE_MOST = 120;
    private static final Duration LOOK = Duration.ofMillis(20);

    private final ScriptRuns runs;
    private final ProbeTarget target;
    private final Probe.Script settings;
    private final Prober.Listener listener;
    private final Verdict verdict;
    private boolean started;
    private volatile boolean unwanted;

    ScriptProbe(ScriptRuns runs, ProbeTarget target, Probe.Script settings, Prober.Listener listener) {
        this.runs = runs;
        this.target = target;
        this.settings = settings;
        this.listener = listener;
        this.verdict = new Verdict(runs.loop(), listener);
    }

    void open() {
        verdict.within(target.check().timeout(), this::timedOut);
        runs.enter(this);
    }

    private void timedOut() {
        if (started) {
            verdict.fail(Cause.NO_ANSWER, "script ran over " + DurationText.of(target.check().timeout()));
        } else {
            verdict.notTried(ScriptRuns.MOST + " scripts run already");
        }
        abandon();
    }

    @Override
    public void abandon() {
        verdict.drop();
        unwanted = true;
        if (runs.leaveLine(this)) {
            listener.closed();
        }
    }

    /** Its turn has come. */
    void start() {
        started = true;
        Thread.ofVirtual().name("script").start(this::run);
    }

    private void run() {
        ProbeOutcome outcome;
        try {
            outcome = watch(builder().start());
        } catch (IOException notStarted) {
            outcome = new ProbeOutcome.NotTried(verdict.startedNanos(), why(notStarted));
        } catch (InterruptedException nobodyDoesThat) {
            outcome = new ProbeOutcome.NotTried(verdict.startedNanos(), "interrupted");
        }
        ProbeOutcome ended = outcome;
        var _ = runs.loop().run(() -> ended(ended));
    }

    /** Java's words name the folder, and the cause last. */
    private String why(IOException notStarted) {
        String program = settings.command().getFirst();
        if (!Files.exists(Path.of(program))) {
            return "no such program: " + program;
        }
        return Files.isExecutable(Path.of(program)) ? String.valueOf(notStarted.getMessage()) : program + " may not be run";
    }

    private void ended(ProbeOutcome outcome) {
        verdict.give(outcome);
        listener.closed();
        runs.leave();
    }

    private ProcessBuilder builder() {
        ProcessBuilder builder = new ProcessBuilder(settings.command()).directory(new File("/"))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/bin:/bin");
        InetSocketAddress address = target.address();
        environment.put("WEIR_ADDRESS", address.getAddress().getHostAddress());
        environment.put("WEIR_PORT", Integer.toString(address.getPort()));
        target.only().ifPresent(backend -> {
            environment.put("WEIR_POOL", backend.pool());
            environment.put("WEIR_BACKEND", backend.backend());
        });
        return builder;
    }

    /** Looks at the program from time to time, and so never blocks a carrier in a read. */
    private ProbeOutcome watch(Process process) throws IOException, InterruptedException {
        var output = new ByteArrayOutputStream();
        try (InputStream written = process.getInputStream()) {
            boolean over = false;
            while (!over && !unwanted && !process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                over = drain(written, output);
            }
            if (process.isAlive()) {
                kill(process);
            } else {
                over = drain(written, output);
            }
            return over
                    ? new ProbeOutcome.Failure(verdict.startedNanos(), Cause.SCRIPT_FAILED,
                            "script wrote over " + OUTPUT_LIMIT_BYTES / 1024 + "KiB")
                    : outcome(process.waitFor(), output);
        }
    }

    /** Reads what is there; whether that was too much. */
    private static boolean drain(InputStream written, ByteArrayOutputStream output) throws IOException {
        for (int there = written.available(); there > 0; there = written.available()) {
            output.writeBytes(written.readNBytes(Math.min(there, OUTPUT_LIMIT_BYTES + 1 - output.size())));
            if (output.size() > OUTPUT_LIMIT_BYTES) {
                return true;
            }
        }
        return false;
    }

    /** The children are looked for first: those of a dead process have another parent. */
    private static void kill(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        var _ = process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private ProbeOutcome outcome(int code, ByteArrayOutputStream output) {
        if (code == 0) {
            return new ProbeOutcome.Success(verdict.startedNanos(), verdict.elapsed());
        }
        int weight = code - FIRST_WEIGHT;
        if (weight >= 0 && weight <= Weight.MAX_UNITS) {
            return new ProbeOutcome.Success(verdict.startedNanos(), verdict.elapsed(), OptionalInt.of(weight));
        }
        String line = firstLine(output);
        return new ProbeOutcome.Failure(verdict.startedNanos(), Cause.SCRIPT_FAILED,
                "script exited with " + code + (line.isEmpty() ? "" : ": " + line));
    }

    private static String firstLine(ByteArrayOutputStream output) {
        String line = output.toString(StandardCharsets.UTF_8).lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", " ").strip();
        return line.substring(0, Math.min(line.length(), FIRST_LINE_MOST));
    }
}
