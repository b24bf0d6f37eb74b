package io.weir.cli.client;

import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Calls the admin API, a connection each; what goes wrong becomes a {@link CommandFailure}. Any thread may call it, and it blocks. */
public final class ApiClient {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    /** The daemon sends a comment every 15 s. */
    private static final Duration STREAM_SILENCE_LIMIT = Duration.ofSeconds(45);
    private static final int HEAD_BYTES = 64 * 1024;
    private static final int BODY_BYTES = 64 * 1024 * 1024;

    private final Endpoint endpoint;
    private final Optional<String> token;

    public ApiClient(Endpoint endpoint, Optional<String> token) {
        this.endpoint = endpoint;
        this.token = token;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    public ApiAnswer get(String path) {
        return call(ApiRequest.get(path));
    }

    /** The answer with a status below 300. */
    public ApiAnswer call(ApiRequest request) {
        try (var channel = connect()) {
            HttpHead head = exchange(channel, request);
            var answer = answer(head, new BodyReader(channel, head));
            if (head.status() >= 300) {
                throw Refusal.of(endpoint, request, answer);
            }
            return answer;
        } catch (SocketTimeoutException _) {
            throw noAnswer(request);
        } catch (IOException e) {
            throw broken(request, e);
        }
    }

    /** Hands on server-sent events as they come, until the daemon ends the stream or {@code onEvent} throws. */
    public void stream(ApiRequest request, Consumer<String> onEvent) {
        try (var channel = connect()) {
            HttpHead head = exchange(channel, request.withField("Accept", "text/event-stream"));
            var body = new BodyReader(channel, head);
            if (head.status() >= 300) {
                throw Refusal.of(endpoint, request, answer(head, body));
            }
            var events = new EventLines(onEvent);
            do {
                channel.waitAtMost(STREAM_SILENCE_LIMIT);
            } while (events.accept(body.next()));
        } catch (SocketTimeoutException _) {
            throw CommandFailure.of(ExitCode.TIMED_OUT,
                    "the daemon at " + endpoint.text() + " fell silent for " + STREAM_SILENCE_LIMIT.toSeconds() + "s",
                    "see whether it still runs: weir status");
        } catch (IOException e) {
            throw broken(request, e);
        }
    }

    private HttpHead exchange(DeadlineChannel channel, ApiRequest request) throws IOException {
        channel.waitAtMost(ANSWER_LIMIT);
        ApiRequest authorised = token.map(text -> request.withField("Authorization", "Bearer " + text)).orElse(request);
        try {
            channel.write(ByteBuffer.wrap(authorised.wire(endpoint.host())));
        } catch (IOException e) {
            return earlyAnswer(channel, e);
        }
        return readHead(channel);
    }

    private static ApiAnswer answer(HttpHead head, BodyReader body) throws IOException {
        return new ApiAnswer(head.status(), new String(body.all(BODY_BYTES), StandardCharsets.UTF_8));
    }

    /** A daemon that refuses a body closes before it has read it, but says why. */
    private static HttpHead earlyAnswer(DeadlineChannel channel, IOException cause) throws IOException {
        try {
            return readHead(channel);
        } catch (IOException _) {
            throw cause;
        }
    }

    private static HttpHead readHead(DeadlineChannel channel) throws IOException {
        var head = new StringBuilder();
        while (!endsWithEmptyLine(head)) {
            int octet = channel.read();
            if (octet < 0 || head.length() == HEAD_BYTES) {
                throw new IOException(octet < 0 ? "the connection was closed before an answer" : "the head of the answer is too long");
            }
            head.append((char) octet);
        }
        return HttpHead.parse(head.toString());
    }

    private static boolean endsWithEmptyLine(StringBuilder head) {
        int length = head.length();
        return length >= 4 && head.charAt(length - 1) == '\n' && head.charAt(length - 2) == '\r' && head.charAt(length - 3) == '\n';
    }

    private DeadlineChannel connect() {
        try {
            return DeadlineChannel.connect(endpoint, CONNECT_LIMIT);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private CommandFailure unreachable(IOException e) {
        String reason = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (reason.contains("permission denied")) {
            return CommandFailure.of(ExitCode.NOT_ALLOWED, "not allowed to open " + endpoint.text(),
                    "use sudo, or join the group that owns the socket");
        }
        if (reason.contains("too long")) {
            return CommandFailure.of(ExitCode.INVALID, endpoint.text() + " is too long for a socket, want up to 107 bytes",
                    "give a shorter path with --socket");
        }
        return CommandFailure.of(ExitCode.UNREACHABLE, "no daemon reachable at " + endpoint.text() + ": " + why(e), switch (endpoint) {
            case Endpoint.Socket _ -> "start one with: weir serve; or name its socket with --socket PATH or $WEIR_SOCKET";
            case Endpoint.Http _ -> "check the address against admin.http of the daemon's node file";
        });
    }

    private String why(IOException e) {
        if (endpoint instanceof Endpoint.Socket(var path) && !Files.exists(path)) {
            return "no such socket";
        }
        return e instanceof ConnectException ? "connection refused" : String.valueOf(e.getMessage());
    }

    private CommandFailure noAnswer(ApiRequest request) {
        return CommandFailure.of(ExitCode.TIMED_OUT,
                "the daemon at " + endpoint.text() + " did not answer within " + ANSWER_LIMIT.toSeconds() + "s", afterwards(request));
    }

    private CommandFailure broken(ApiRequest request, IOException e) {
        return CommandFailure.of(ExitCode.UNREACHABLE, "lost the daemon at " + endpoint.text() + ": " + e.getMessage(),
                afterwards(request));
    }

    private static String afterwards(ApiRequest request) {
        return request.changes()
                ? "the change may have been made or not, see: weir config history"
                : "see whether it still runs, and its log";
    }
}
