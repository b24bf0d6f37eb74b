package io.weir.net;

import io.weir.core.health.EvidenceSink.ConnectFailure;
import java.net.NoRouteToHostException;
import org.jspecify.annotations.Nullable;

/** Why a connect failed, from what the kernel or Netty said. Pure; any thread. */
public final class ConnectFailures {
    private ConnectFailures() {}

    /** From a negative errno. A reset is a refusal by a process that died with the connection still in its queue. */
    static ConnectFailure of(int errno) {
        return switch (errno) {
            case SocketCalls.ECONNREFUSED, SocketCalls.ECONNRESET -> ConnectFailure.REFUSED;
            case SocketCalls.ETIMEDOUT -> ConnectFailure.TIMED_OUT;
            case SocketCalls.ENETUNREACH, SocketCalls.EHOSTUNREACH -> ConnectFailure.UNREACHABLE;
            default -> ConnectFailure.OTHER;
        };
    }

    /** From a channel's exception, whose class differs by transport and whose text is the kernel's. */
    public static ConnectFailure of(@Nullable Throwable failure) {
        if (failure == null) {
            return ConnectFailure.OTHER;
        }
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof NoRouteToHostException || message.contains("unreachable")) {
            return ConnectFailure.UNREACHABLE;
        }
        if (message.contains("timed out")) {
            return ConnectFailure.TIMED_OUT;
        }
        return message.contains("refused") || message.contains("reset") ? ConnectFailure.REFUSED : ConnectFailure.OTHER;
    }
}
