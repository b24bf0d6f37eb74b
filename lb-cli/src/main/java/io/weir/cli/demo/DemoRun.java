package io.weir.cli.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One demonstration from start to end, as its user sees it. Confined to one thread. */
public final class DemoRun {
    private final PrintStream out;
    private final PrintStream err;
    private final String weir;
    private final boolean json;

    /** {@code weir} is how the user calls this command. */
    public DemoRun(PrintStream out, PrintStream err, String weir, boolean json) {
        this.out = out;
        this.err = err;
        this.weir = weir;
        this.json = json;
    }

    /** Returns when {@code length} is over, which counts from the moment that all is ready, or never. */
    public void run(Optional<Duration> length) throws InterruptedException {
        say("starting a daemon and four backends ...");
        try (Demo demo = Demo.start()) {
            demo.onBackendGone(backend -> say(
                    "backend " + backend.name() + " (pid " + backend.pid() + ") is gone; bring it back: "
                            + DemoReport.restart(weir, backend)));
            tell(demo.report());
            var end = new CountDownLatch(1);
            if (length.isPresent()) {
                boolean _ = end.await(length.get().toMillis(), TimeUnit.MILLISECONDS);
            } else {
                end.await();
            }
        }
    }

    private void tell(DemoReport report) {
        if (json) {
            out.println(report.json());
        } else {
            report.lines(weir).forEach(out::println);
        }
        out.flush();
    }

    private void say(String line) {
        err.println("weir demo: " + line);
        err.flush();
    }
}
