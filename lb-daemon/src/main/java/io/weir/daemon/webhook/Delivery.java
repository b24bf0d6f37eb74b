package io.weir.daemon.webhook;

import io.weir.core.model.Webhook;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;

/** Posts one event, again and again until it is taken or the attempts are used up. Confined to the virtual thread of its webhook. */
final class Delivery {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    private static final int TIMEOUT = 408;
    private static final int TOO_MANY = 429;

    private final Webhook webhook;
    private final HttpClient client;
    private final InstantSource clock;
    private final RandomGenerator random;
    /** The attempt before had an answer, so its connection may have been kept. */
    private boolean answered;

    Delivery(Webhook webhook, HttpClient client, InstantSource clock, RandomGenerator random) {
        this.webhook = webhook;
        this.client = client;
        this.clock = clock;
        this.random = random;
    }

    /** How one attempt ended. */
    sealed interface Attempt {
        record Taken() implements Attempt {}

        /**
         * @param again whether another attempt may help
         * @param hungUp the receiver closed the connection without an answer
         */
        record Failed(String cause, boolean again, boolean hungUp) implements Attempt {
            Failed(String cause, boolean again) {
                this(cause, again, false);
            }
        }
    }

    /**
     * Sends once; blocks for the webhook's timeout at most. Where a connection of an answer before is used and its peer closes it just then, that is
     * no answer to this request: it is sent once more at once.
     */
    Attempt attempt(String id, String name, String body) throws InterruptedException {
        boolean perhapsKept = answered;
        answered = false;
        Attempt first = send(id, name, body);
        return perhapsKept && first instanceof Attempt.Failed failed && failed.hungUp() ? send(id, name, body) : first;
    }

    private Attempt send(String id, String name, String body) throws InterruptedException {
        CompletableFuture<Integer> answer;
        try {
            answer = client.sendAsync(request(id, name, body), BodyHandlers.discarding()).thenApply(response -> response.statusCode());
        } catch (IOException e) {
            return new Attempt.Failed("the secret cannot be read: " + e.getMessage(), true);
        }
        try {
            int status = answer.get(webhook.timeout().toNanos(), TimeUnit.NANOSECONDS);
            answered = true;
            return judged(status);
        } catch (TimeoutException _) {
            return new Attempt.Failed("no answer within " + webhook.timeout().toMillis() + " ms", true);
        } catch (ExecutionException e) {
            return new Attempt.Failed(cause(e), true, hungUp(e));
        } finally {
            answer.cancel(true);
        }
    }

    private HttpRequest request(String id, String name, String body) throws IOException {
        String timestamp = String.valueOf(clock.instant().getEpochSecond());
        HttpRequest.Builder request = HttpRequest.newBuilder(webhook.url())
            .timeout(webhook.timeout())
            .header("Content-Type", "application/json")
            .header("User-Agent", "weir")
            .header("X-Weir-Event", name)
            .header("X-Weir-Delivery", id)
            .header("X-Weir-Timestamp", timestamp)
            .POST(HttpRequest.BodyPublishers.ofString(body));
        if (webhook.secretFile().isPresent()) {
            byte[] secret = Signature.secret(webhook.secretFile().get());
            request.header("X-Weir-Signature", Signature.of(secret, timestamp, body));
        }
        return request.build();
    }

    /** An answer that says that the request itself is wrong will not change with the next attempt. */
    private static Attempt judged(int status) {
        if (status >= 200 && status < 300) {
            return new Attempt.Taken();
        }
        return new Attempt.Failed("status " + status, status >= 500 || status == TIMEOUT || status == TOO_MANY);
    }

    private static boolean hungUp(ExecutionException e) {
        return e.getCause() instanceof IOException failure
                && !(failure instanceof ConnectException || failure instanceof HttpTimeoutException || failure instanceof SSLException);
    }

    private static String cause(ExecutionException e) {
        Throwable root = Optional.ofNullable(e.getCause()).orElse(e);
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    /** Before the attempt of this number, the second being 2: doubles, and is spread over its last half so that many nodes do not come at once. */
    Duration pauseBefore(int number) {
        long longest = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(number - 2, 16));
        return Duration.ofMillis(longest / 2 + random.nextLong(longest / 2 + 1));
    }
}
