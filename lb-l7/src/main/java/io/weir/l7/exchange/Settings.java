package io.weir.l7.exchange;

import io.weir.core.model.Desync;
import io.weir.core.model.Listener;
import io.weir.l7.head.HeadLimits;
import io.weir.net.TimerWheel;

/** A listener's settings in the units of the data path: ticks of the loop's wheel and bytes. Immutable. */
final class Settings {
    private final Listener.Http listener;
    private final HeadLimits head;
    private final long idleTicks;
    private final long headTicks;
    private final long bodyTicks;
    private final long requestTicks;
    private final long[] ticksByRoute;

    Settings(Listener.Http listener) {
        this.listener = listener;
        var limits = listener.limits();
        var timeouts = listener.timeouts();
        head = new HeadLimits(limits.headerBytes(), limits.targetBytes(), limits.headerFields());
        idleTicks = TimerWheel.ticksFor(timeouts.idle());
        headTicks = TimerWheel.ticksFor(timeouts.header());
        bodyTicks = TimerWheel.ticksFor(timeouts.body());
        requestTicks = TimerWheel.ticksFor(timeouts.request());
        ticksByRoute = listener.routes()
            .stream()
            .mapToLong(route -> TimerWheel.ticksFor(route.timeout().orElse(timeouts.request())))
            .toArray();
    }

    /** Whether these were computed from that very object: a listener that did not change is shared between snapshots. */
    @SuppressWarnings("ReferenceEquality")
    boolean areOf(Listener.Http other) {
        return listener == other;
    }

    HeadLimits head() {
        return head;
    }

    Desync desync() {
        return listener.desync();
    }

    /** Bytes a second; none where a bandwidth is set, since it may be we who are slow then. */
    long minimumBodyRate() {
        return listener.entrance().limits().bandwidth().isPresent() ? 0 : listener.limits().minimumBodyRate();
    }

    long bodyBytes() {
        return listener.limits().bodyBytes();
    }

    int requestsPerConnection() {
        return listener.limits().requestsPerConnection();
    }

    /** Streams of an HTTP/2 connection at once; 0 where it is not spoken. */
    int streams() {
        return listener.limits().streamsPerConnection();
    }

    long idleTicks() {
        return idleTicks;
    }

    long headTicks() {
        return headTicks;
    }

    long bodyTicks() {
        return bodyTicks;
    }

    /** Until the answer; {@code route} is negative for the listener's own pool. */
    long requestTicks(int route) {
        return route < 0 ? requestTicks : ticksByRoute[route];
    }
}
