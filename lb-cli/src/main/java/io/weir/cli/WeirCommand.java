package io.weir.cli;

import io.weir.cli.client.ApiClient;
import io.weir.cli.client.Endpoint;
import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import io.weir.cli.output.Output;
import io.weir.cli.output.OutputFormat;
import io.weir.cli.output.Paint;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command itself: the options that every noun and verb takes, and what they mean. Confined to the main thread. */
@Command(name = "weir", description = "A layer 4 and layer 7 load balancer.", synopsisSubcommandLabel = "NOUN [VERB]", footer = {"",
    "Start with: weir demo", "Exit codes: 0 done, 1 failed, 2 wrong usage or invalid input, 3 daemon not reachable,",
    "4 conflict, 5 no such thing, 6 not allowed, 7 timed out waiting."})
final class WeirCommand {
    private static final String DEFAULT_SOCKET = "/run/weir/admin.sock";

    private final Environment environment;

    @Option(names = {"-o",
        "--output"}, scope = ScopeType.INHERIT, paramLabel = "FORMAT", defaultValue = "table", description = "table, json, yaml or name.")
    OutputFormat format = OutputFormat.TABLE;

    @Option(names = "--socket", scope = ScopeType.INHERIT, paramLabel = "PATH", description = "The daemon's admin socket. Default: $$WEIR_SOCKET, else "
            + DEFAULT_SOCKET + ".")
    @Nullable
    Path socket;

    @Option(names = "--url", scope = ScopeType.INHERIT, paramLabel = "URL", description = "The daemon's admin.http instead; it serves only version, metrics and health.")
    @Nullable
    String url;

    @Option(names = "--token-file", scope = ScopeType.INHERIT, paramLabel = "FILE", description = "Holds the bearer token to send to --url.")
    @Nullable
    Path tokenFile;

    @Option(names = "--no-color", scope = ScopeType.INHERIT, description = "No colours, which are there only on a terminal anyway.")
    boolean noColor;

    @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "Show this help.")
    boolean help;

    WeirCommand(Environment environment) {
        this.environment = environment;
    }

    Environment environment() {
        return environment;
    }

    Output output() {
        return new Output(environment.out(), format, environment.colours() && !noColor ? Paint.COLOURS : Paint.NONE);
    }

    PrintStream err() {
        return environment.err();
    }

    ApiClient client() {
        if (url != null && socket != null) {
            throw CommandFailure.of(ExitCode.INVALID, "--socket and --url are both given, want one", "leave one of them out");
        }
        if (url == null && tokenFile != null) {
            throw CommandFailure.of(ExitCode.INVALID, "--token-file is given without --url",
                    "the admin socket needs no token: leave it out");
        }
        return new ApiClient(endpoint(), token());
    }

    /** Whether the user said which daemon. */
    boolean namesDaemon() {
        return url != null || socket != null;
    }

    private Endpoint endpoint() {
        if (url != null) {
            return Endpoint.ofUrl(url);
        }
        return new Endpoint.Socket(socket != null ? socket : Path.of(environment.variable("WEIR_SOCKET").orElse(DEFAULT_SOCKET)));
    }

    private Optional<String> token() {
        if (tokenFile == null) {
            return Optional.empty();
        }
        String token = InputFile.text(tokenFile).strip();
        if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw CommandFailure.of(ExitCode.INVALID, "--token-file: " + tokenFile + " holds no token, want one line of visible ASCII",
                    "write the token into it");
        }
        return Optional.of(token);
    }
}
