package io.weir.cli;

import io.weir.cli.client.ApiRequest;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The verb {@code apply}. Confined to the main thread. */
@Command(name = "apply", description = "Replace the whole traffic configuration, at once or not at all.")
final class ApplyCommand implements Callable<Integer> {
    private final WeirCommand root;

    @Option(names = {"-f", "--file"}, required = true, paramLabel = "FILE", description = "The traffic configuration; - is standard input.")
    Path file = Path.of("-");

    @Mixin
    ChangeOptions change = new ChangeOptions();

    ApplyCommand(WeirCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        return new Changes(root).send(InputFile.shownName(file), put(file), change);
    }

    /** A request that replaces the configuration by what the file holds. */
    static ApiRequest put(Path file) {
        String contentType = file.toString().endsWith(".json") ? "application/json" : "application/yaml";
        return ApiRequest.of("PUT", ApiRequest.path("config"))
            .withBody(contentType, InputFile.text(file))
            .withField("X-Weir-File",
                    InputFile.shownName(file).replaceAll("[^ -~]", "?"));
    }
}
