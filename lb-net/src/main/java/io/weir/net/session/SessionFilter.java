package io.weir.net.session;

import io.weir.core.balance.LoopBackend;
import io.weir.core.model.Cidr;
import java.time.Duration;
import java.util.Optional;

/**
 * Which live connections are meant: those of which all that is given here is true. Immutable.
 *
 * @param pool of the backend that they go to, or are being dialled to
 * @param client a network that they come from
 * @param olderThan since they were accepted
 */
public record SessionFilter(Optional<String> listener, Optional<String> pool, Optional<String> backend, Optional<Cidr> client,
        Optional<Duration> olderThan) {
    public static final SessionFilter ALL = new SessionFilter(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** On the connection's loop. */
    boolean matches(LiveConnection connection, long nowNanos) {
        LoopBackend to = connection.backend();
        return (listener.isEmpty() || listener.get().equals(connection.listener()))
                && (pool.isEmpty() || (to != null && pool.get().equals(to.key().pool())))
                && (backend.isEmpty() || (to != null && backend.get().equals(to.key().backend())))
                && (olderThan.isEmpty() || connection.ageNanos(nowNanos) > olderThan.get().toNanos())
                && (client.isEmpty() || client.get().contains(connection.client().getAddress()));
    }
}
