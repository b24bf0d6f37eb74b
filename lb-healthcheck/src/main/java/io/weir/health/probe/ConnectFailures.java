package io.weir.health.probe;

import io.weir.core.health.ProbeOutcome;
import io.weir.core.health.ProbeOutcome.Cause;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads from the exception of a failed dial whose fault it was. Any thread. */
final class ConnectFailures {
    private ConnectFailures() {
    }

    static ProbeOutcome outcome(long startedNanos, Throwable failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("too many open files") || message.contains("cannot assign") || message.contains("no buffer space")) {
            return notTried(startedNanos, failure);
        }
        return new ProbeOutcome.Failure(startedNanos, cause(failure, message));
    }

    private static Cause cause(Throwable failure, String message) {
        if (failure instanceof NoRouteToHostException || message.contains("unreachable")) {
            return Cause.UNREACHABLE;
        }
        if (failure instanceof ConnectException && message.contains("refused")) {
            return Cause.REFUSED;
        }
        return message.contains("timed out") ? Cause.CONNECT_TIMED_OUT : Cause.CONNECT_FAILED;
    }

    /** Something that a probe needs is missing on this node. */
    static ProbeOutcome notTried(long startedNanos, @Nullable Throwable failure) {
        Throwable root = failure;
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        return new ProbeOutcome.NotTried(startedNanos, root == null ? "no socket" : text(root));
    }

    private static String text(Throwable failure) {
        return failure instanceof NoSuchFileException ? "no such file: " + failure.getMessage() : String.valueOf(failure.getMessage());
    }
}
