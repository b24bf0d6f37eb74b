package io.weir.cli;

import io.weir.cli.demo.SampleBackend;
import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb {@code demo-backend}, which {@code demo} tells its user when a backend was killed. Confined to the main thread. */
@Command(name = "demo-backend", hidden = true, description = "Start a backend of a running demo again; it ends with the demo.")
final class DemoBackendCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Its name.")
    String name = "";

    @Option(names = "--port", required = true, paramLabel = "PORT", description = "Where it listened.")
    int port;

    @Option(names = "--demo", required = true, paramLabel = "PID", description = "The demo's process.")
    long demoPid;

    @Override
    public Integer call() {
        if (ProcessHandle.of(demoPid).isEmpty()) {
            throw CommandFailure.of(ExitCode.NOT_FOUND, "no process " + demoPid + ": the demo is over", "start another: weir demo");
        }
        try {
            SampleBackend.serve(name, port, demoPid);
            return ExitCode.DONE.number();
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.FAILED, String.valueOf(e.getMessage()),
                    "see who listens there; perhaps it already runs again");
        }
    }
}
