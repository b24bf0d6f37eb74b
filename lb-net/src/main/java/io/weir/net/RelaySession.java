package io.weir.net;

import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.limit.Pace;
import io.weir.core.model.Offload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the policy keeps of one connection. Called on its loop only: {@link #preface} until it answers null, {@link #refusal},
 * {@link #timeouts}, {@link #first}, then {@link #instead} for each attempt that failed, {@link #connected} at most once, after it one of {@link #answered} and {@link #hungUp} at most once, and
 * {@link #closed} exactly once.
 */
public interface RelaySession {
    /**
     * What reads the head of the client's stream next; null, the default, if nothing does (any more). Until then no backend
     * is asked for, and the client's addresses may not be the true ones.
     */
    default @Nullable Preface preface() {
        return null;
    }

    /** Why the connection is not wanted after all, now that all prefaces are read; null, the default, to go on. */
    default @Nullable CloseReason refusal() {
        return null;
    }

    /** How the client's TLS is ended here, asked after {@link #refusal}; null, the default, to relay what the client sends as it is. */
    default @Nullable RelayTls tls() {
        return null;
    }

    /** The deadlines; asked once, before {@link #first}. */
    RelayTimeouts timeouts();

    /** Where the connection's bytes are counted; asked once, before all else. */
    RelayTraffic traffic();

    /** Whether its bytes may be spliced where the transport can; asked when a backend has taken the connection. */
    Offload offload();

    /** How fast the connection's listener moves bytes; asked when the connection is relayed. */
    default Pace pace() {
        return Pace.UNLIMITED;
    }

    /** The backend to try first; null if there is none. */
    @Nullable
    InetSocketAddress first();

    /**
     * The address that a backend is to be dialled from, of its family, though it need not be this host's; null, the default, for
     * one that the kernel chooses. Asked for each attempt.
     */
    default @Nullable InetAddress source(InetSocketAddress backend) {
        return null;
    }

    /**
     * The attempt failed; no byte was sent. Another backend to try, or null if none is left. After
     * {@link ConnectFailure#TIMED_OUT} and null the attempt goes on until the connect timeout is over.
     */
    @Nullable
    InetSocketAddress instead(ConnectFailure failure);

    /** The backend has taken the connection: the bytes that it gets in front of the client's, empty for none. */
    byte[] connected();

    /** The first byte of the backend has come. */
    void answered();

    /** The backend has ended or reset its stream before the client ended its own, without having sent a byte. */
    void hungUp();

    /** The connection has ended. */
    void closed(CloseReason reason, long bytesToBackend, long bytesToClient);
}
