package io.weir.cli;

import io.weir.cli.client.ApiRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every verb that changes the configuration. Confined to the main thread. */
final class ChangeOptions {
    @Option(names = "--dry-run", description = "Say what would change, change nothing.")
    boolean dryRun;

    @Option(names = "--if-revision", paramLabel = "N", description = "Only if this is still the newest revision; exit code 4 otherwise.")
    @Nullable
    Long ifRevision;

    @Option(names = "--force", description = "Also if a listener would then refuse every client.")
    boolean force;

    ApiRequest applyTo(ApiRequest request) {
        ApiRequest conditional = ifRevision == null ? request : request.withField("If-Match", "\"" + ifRevision + '"');
        ApiRequest forced = force ? conditional.with("force", "true") : conditional;
        return dryRun ? forced.with("dryRun", "true") : forced;
    }
}
