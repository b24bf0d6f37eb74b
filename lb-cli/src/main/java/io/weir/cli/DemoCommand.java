package io.weir.cli;

import io.weir.cli.demo.DemoRun;
import io.weir.cli.output.ExitCode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The verb {@code demo}. Confined to the main thread. */
@Command(name = "demo", description = "Everything in one command: a daemon, two zones of sample backends, listeners; no root needed.")
final class DemoCommand implements Callable<Integer> {
    private final WeirCommand root;

    @Option(names = "--for", paramLabel = "DURATION", converter = Durations.class, description = "End by itself so long after all is ready.")
    @Nullable
    Duration length;

    @Option(names = "--json", description = "Print one line of JSON once all is ready, and nothing else on standard output.")
    boolean json;

    DemoCommand(WeirCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() throws InterruptedException {
        Environment environment = root.environment();
        String weir = System.getProperty("weir.command", "weir");
        new DemoRun(environment.out(), environment.err(), weir, json).run(Optional.ofNullable(length));
        return ExitCode.DONE.number();
    }
}
