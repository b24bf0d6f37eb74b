package io.weir.cli;

import io.weir.cli.client.ApiRequest;
import io.weir.cli.output.Column;
import io.weir.cli.output.ExitCode;
import io.weir.cli.output.Json;
import io.weir.cli.output.Output;
import io.weir.cli.output.OutputFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ObjectNode;

/** The verb {@code version}. Confined to the main thread. */
@Command(name = "version", description = "This command's version and, with --socket or --url, the daemon's.")
final class VersionCommand implements Callable<Integer> {
    private final WeirCommand root;

    VersionCommand(WeirCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        ObjectNode version = Json.object().put("version", ownVersion()).put("java", System.getProperty("java.version", "unknown"));
        if (root.namesDaemon()) {
            version.set("daemon", root.client().get(ApiRequest.path("version")).json());
        }
        Output output = root.output();
        if (output.format() == OutputFormat.TABLE) {
            output.line("weir " + version.path("version").asString() + " (Java " + version.path("java").asString() + ")");
            version.path("daemon")
                .propertyStream()
                .findFirst()
                .ifPresent(_ -> output.line("daemon " + Column.text(version.at("/daemon/version")) + " (Java "
                        + Column.text(version.at("/daemon/java")) + ")"));
        } else {
            output.thing(ownVersion(), version);
        }
        return ExitCode.DONE.number();
    }

    private static String ownVersion() {
        return Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion()).orElse("from class folders");
    }
}
