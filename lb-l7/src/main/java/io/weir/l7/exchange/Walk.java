package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.weir.core.model.Sorry;
import io.weir.core.route.RouteTable;
import io.weir.core.snapshot.ListenerView;
import io.weir.core.snapshot.PoolView;
import io.weir.core.zone.Mode;
import io.weir.l7.guard.RequestGuard;
import io.weir.l7.head.MessageHead;
import org.jspecify.annotations.Nullable;

/** What every request goes through once it was decoded and judged, whatever protocol it came in. Confined to the door's loop. */
final class Walk {
    private Walk() {}

    /**
     * Routes a request and sets its exchange going, or ends that with an answer of our own.
     *
     * @param view the listener as it is now; null when it is gone
     * @param body what has come of the body, as HTTP/1.1 has it; used up
     */
    static void begin(Door door, ListenerView.@Nullable Http view, Exchange exchange, MessageHead head, RequestGuard guard, ByteBuf body) {
        if (door.loop().loop().load().isShortOfMemory()) {
            body.release();
            exchange.refuse(OwnAnswer.OVERLOADED);
            return;
        }
        int route = view == null ? RouteTable.NONE : Routing.route(view.routes(), head, guard);
        PoolView pool = view == null ? null : Routing.pool(view, route);
        if (view == null || pool == null) {
            body.release();
            exchange.refuse(view == null ? OwnAnswer.LISTENER_GONE : OwnAnswer.NO_ROUTE);
            return;
        }
        if (pool.mode() == Mode.SORRY && pool.pool().sorry() instanceof Sorry.Page page) {
            body.release();
            exchange.excuse(door.sorryPage(page));
            return;
        }
        Front asking = exchange.front();
        asking.sending(door.settings(view.listener()).requestTicks(route));
        Origin origin = asking.origin();
        origin.write(head, guard);
        exchange.start(pool, origin.hash(pool), door.loop().assemble(body));
    }
}
