package io.weir.core.snapshot;

import io.weir.core.limit.Admission;
import io.weir.core.limit.Cap;
import io.weir.core.model.Forwarding;
import io.weir.core.model.Listener;
import io.weir.core.model.Offload;
import io.weir.core.route.RouteTable;
import io.weir.core.route.ServerNames;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A listener with all that a connection or request needs from the snapshot, already looked up. */
public sealed interface ListenerView {
    Listener listener();

    /** Decides whom it takes. */
    Admission admission();

    default String name() {
        return listener().name();
    }

    /** One whose connections are relayed to the backend that they were given at their beginning. */
    sealed interface Relayed extends ListenerView {
        /** Closes a connection that moved no byte either way for so long. */
        Duration idleTimeout();

        /** Whether the kernel may move bytes by itself. */
        Offload offload();

        /** Which address backends see. */
        Forwarding forwarding();

        /** Where connections go that nothing more particular sends elsewhere; null: nowhere. */
        @Nullable
        PoolView defaultPool();

        /** How long the connections of a listener that is gone may live on. */
        Duration drainTimeout();
    }

    record Tcp(Listener.Tcp listener, Admission admission, PoolView pool) implements Relayed {
        @Override
        public Duration idleTimeout() {
            return listener.idleTimeout();
        }

        @Override
        public Offload offload() {
            return listener.offload();
        }

        @Override
        public Forwarding forwarding() {
            return listener.forwarding();
        }

        @Override
        public PoolView defaultPool() {
            return pool;
        }

        @Override
        public Duration drainTimeout() {
            return pool.pool().draining().timeout();
        }
    }

    /**
     * Connections find their pool by the server name that they ask for, or the fallback.
     *
     * @param handshakes bounds those under way over all loops
     * @param routes the pool of a name, null if none is named for it
     * @param poolByRoute {@code poolByRoute.get(i)} serves route {@code i} of the listener
     * @param fallback empty: such clients are refused
     */
    record Tls(Listener.Tls listener, Admission admission, Cap handshakes, ServerNames<Integer> routes, List<PoolView> poolByRoute,
            Optional<PoolView> fallback) implements Relayed {
        public Tls {
            poolByRoute = List.copyOf(poolByRoute);
        }

        /** The pool for a server name in lower case, null for a client that named none; null: the client is refused. */
        public @Nullable PoolView pool(@Nullable String serverName) {
            Integer route = serverName == null ? null : routes.find(serverName);
            return route == null ? defaultPool() : poolByRoute.get(route);
        }

        @Override
        public Duration idleTimeout() {
            return listener.idleTimeout();
        }

        @Override
        public Offload offload() {
            return listener.offload();
        }

        @Override
        public Forwarding forwarding() {
            return listener.forwarding();
        }

        @Override
        public @Nullable PoolView defaultPool() {
            return fallback.orElse(null);
        }

        @Override
        public Duration drainTimeout() {
            return Stream.concat(fallback.stream(), poolByRoute.stream())
                .map(view -> view.pool().draining().timeout())
                .max(Duration::compareTo)
                .orElseThrow();
        }
    }

    record Udp(Listener.Udp listener, Admission admission, PoolView pool) implements ListenerView {}

    /**
     * Requests find a route, or the fallback.
     *
     * @param poolByRoute {@code poolByRoute.get(i)} serves route {@code i} of {@code routes}
     * @param fallback when none matches; empty: 404
     */
    record Http(Listener.Http listener, Admission admission, RouteTable routes, List<PoolView> poolByRoute,
            Optional<PoolView> fallback) implements ListenerView {
        public Http {
            poolByRoute = List.copyOf(poolByRoute);
        }
    }
}
