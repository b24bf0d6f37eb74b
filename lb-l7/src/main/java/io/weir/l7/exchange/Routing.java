package io.weir.l7.exchange;

import io.weir.core.route.RouteTable;
import io.weir.core.snapshot.ListenerView;
import io.weir.core.snapshot.PoolView;
import io.weir.l7.guard.RequestGuard;
import io.weir.l7.head.MessageHead;
import org.jspecify.annotations.Nullable;

/** Where a judged request goes. Pure; any thread. */
final class Routing {
    private Routing() {}

    /** The route that matches host and path, or {@link RouteTable#NONE}. */
    static int route(RouteTable routes, MessageHead head, RequestGuard guard) {
        if (routes.size() == 0) {
            return RouteTable.NONE;
        }
        int host = guard.hostField();
        int hostAt = host < 0 ? 0 : head.valueAt(host);
        int hostEnd = host < 0 ? 0 : guard.hostEnd(head);
        byte[] bytes = head.bytes();
        int pathEnd = head.targetAt();
        while (pathEnd < head.targetEnd() && bytes[pathEnd] != '?') {
            pathEnd++;
        }
        return routes.match(bytes, hostAt, hostEnd - hostAt, head.targetAt(), pathEnd - head.targetAt());
    }

    /** The route's pool or the listener's own, or the one that serves for it without quorum; null where there is none. */
    static @Nullable PoolView pool(ListenerView.Http view, int route) {
        PoolView pool = route >= 0 ? view.poolByRoute().get(route) : view.fallback().orElse(null);
        return pool == null ? null : pool.serving();
    }
}
