package io.weir.l4.tcp;

import io.weir.core.telemetry.LoopCounter;
import java.util.EnumMap;
import java.util.Objects;

/** The handshakes of one listener's clients on one loop. Written on the loop, read by any thread. */
public final class TlsCounters {
    private final LoopCounter full = new LoopCounter();

    private final LoopCounter resumed = new LoopCounter();

    private final LoopCounter atLimit = new LoopCounter();

    private final EnumMap<HandshakeFailure, LoopCounter> failedByCause = new EnumMap<>(HandshakeFailure.class);

    TlsCounters() {
        for (HandshakeFailure failure : HandshakeFailure.values()) {
            failedByCause.put(failure, new LoopCounter());
        }
    }

    /** From scratch. */
    public LoopCounter full() {
        return full;
    }

    /** That took up an earlier session. */
    public LoopCounter resumed() {
        return resumed;
    }

    /** Refused because as many as allowed were under way. */
    public LoopCounter atLimit() {
        return atLimit;
    }

    /** That came to nothing. */
    public LoopCounter failed(HandshakeFailure cause) {
        return Objects.requireNonNull(failedByCause.get(cause));
    }
}
