package io.weir.core.snapshot;

import io.weir.core.limit.Admission;
import io.weir.core.model.Listener;
import io.weir.core.route.RouteTable;
import java.util.List;
import java.util.Optional;

/** A listener with all that a connection or request needs from the snapshot, already looked up. */
public sealed interface ListenerView {
    Listener listener();

    /** Decides whom it takes. */
    Admission admission();

    default String name() {
        return listener().name();
    }

    record Tcp(Listener.Tcp listener, Admission admission, PoolView pool) implements ListenerView {}

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
