package io.weir.l4.tcp;

import io.weir.core.limit.RefusalCounters;
import io.weir.core.telemetry.LoopCounter;
import io.weir.net.CloseReason;
import io.weir.net.RelayTraffic;
import java.util.EnumMap;
import java.util.Objects;

/** What one TCP listener has counted on one loop. Written on the loop, read by any thread. */
public final class TcpCounters {
    private final LoopCounter admitted = new LoopCounter();

    private final RefusalCounters refused = new RefusalCounters();

    private final LoopCounter redispatched = new LoopCounter();

    private final LoopCounter backendsAtLimit = new LoopCounter();

    private final EnumMap<CloseReason, LoopCounter> closedByReason = new EnumMap<>(CloseReason.class);

    private final RelayTraffic traffic = new RelayTraffic();

    private final TlsCounters tls = new TlsCounters();

    /** All zero. */
    public TcpCounters() {
        for (CloseReason reason : CloseReason.values()) {
            closedByReason.put(reason, new LoopCounter());
        }
    }

    /** Connections taken. */
    public LoopCounter admitted() {
        return admitted;
    }

    /** Connections that were not taken, by the reason. */
    public RefusalCounters refused() {
        return refused;
    }

    /** Attempts that failed and were followed by one to another backend. */
    public LoopCounter redispatched() {
        return redispatched;
    }

    /** Backends that were passed over because they are at their limit. */
    public LoopCounter backendsAtLimit() {
        return backendsAtLimit;
    }

    /** Connections that ended for this reason. */
    public LoopCounter closed(CloseReason reason) {
        return Objects.requireNonNull(closedByReason.get(reason));
    }

    /** Bytes moved. */
    public RelayTraffic traffic() {
        return traffic;
    }

    /** Handshakes; all zero where there are none. */
    public TlsCounters tls() {
        return tls;
    }
}
