package io.weir.l7.exchange;

import io.weir.core.health.BackendKey;
import io.weir.core.model.Listener;
import io.weir.core.model.Sorry;
import io.weir.core.snapshot.ListenerView;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.l7.loop.HttpLoop;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** One listener on one loop: its clients' connections, its settings, its counters. Confined to the loop. */
public final class Door {
    private static final int MAX_SPARE_EXCHANGES = 256;

    private final HttpLoop loop;
    private final String name;
    private final SnapshotPublisher snapshots;
    private final HttpCounters counters = new HttpCounters();
    private final FramingWatch framing;
    private final ArrayDeque<Exchange> spare = new ArrayDeque<>();
    private final ArrayDeque<Http2Stream> spareStreams = new ArrayDeque<>();

    private @Nullable HttpSession newest;
    private @Nullable Settings settings;
    private @Nullable SorryPage sorryPage;
    private boolean draining;

    /** The listener {@code name} on this loop. */
    public Door(HttpLoop loop, String name, SnapshotPublisher snapshots) {
        this.loop = loop;
        this.name = name;
        this.snapshots = snapshots;
        this.framing = new FramingWatch(name, loop.timers(), counters);
    }

    public HttpLoop loop() {
        return loop;
    }

    public HttpCounters counters() {
        return counters;
    }

    FramingWatch framing() {
        return framing;
    }

    /** The newest view of the listener; null when it is gone from the configuration. */
    public ListenerView.@Nullable Http view() {
        return snapshots.current().listeners().get(name) instanceof ListenerView.Http view ? view : null;
    }

    /** The settings of a view, computed when the listener changed. */
    Settings settings(Listener.Http listener) {
        Settings known = settings;
        if (known == null || !known.areOf(listener)) {
            known = new Settings(listener);
            settings = known;
        }
        return known;
    }

    /** The page as it is sent, made when it is another one than the last time. */
    SorryPage sorryPage(Sorry.Page wanted) {
        SorryPage known = sorryPage;
        if (known == null || !known.isOf(wanted)) {
            known = new SorryPage(wanted);
            sorryPage = known;
        }
        return known;
    }

    /** Lets the next request of each connection be its last one; those that wait for one go on waiting. */
    public void announceEnd() {
        draining = true;
    }

    /** Lets each connection end after the request that it is at; those that wait for one end now. */
    public void drain() {
        draining = true;
        for (HttpSession client = newest; client != null;) {
            HttpSession next = client.older;
            client.spoken().drain();
            client = next;
        }
    }

    /** Ends every connection now. */
    public void closeAll() {
        draining = true;
        for (HttpSession client = newest; client != null;) {
            HttpSession next = client.older;
            client.spoken().closeNow();
            client = next;
        }
    }

    /** Ends every exchange that is at this backend. */
    public void cutOff(BackendKey backend, InetSocketAddress address) {
        for (HttpSession client = newest; client != null;) {
            HttpSession next = client.older;
            client.spoken().cutOff(backend, address);
            client = next;
        }
    }

    boolean draining() {
        return draining;
    }

    void enter(HttpSession client) {
        client.older = newest;
        if (newest != null) {
            newest.newer = client;
        }
        newest = client;
        counters.opened.increment();
    }

    void leave(HttpSession client) {
        if (client.newer == null) {
            newest = client.older;
        } else {
            client.newer.older = client.older;
        }
        if (client.older != null) {
            client.older.newer = client.newer;
        }
        client.newer = client.older = null;
        counters.closed.increment();
    }

    Exchange takeExchange() {
        Exchange exchange = spare.pollFirst();
        return exchange == null ? new Exchange(this) : exchange;
    }

    void giveBack(Exchange exchange) {
        if (spare.size() < MAX_SPARE_EXCHANGES) {
            spare.addFirst(exchange);
        }
    }

    Http2Stream takeStream() {
        Http2Stream stream = spareStreams.pollFirst();
        return stream == null ? new Http2Stream(this) : stream;
    }

    void giveBack(Http2Stream stream) {
        if (spareStreams.size() < MAX_SPARE_EXCHANGES) {
            spareStreams.addFirst(stream);
        }
    }

    /** A connection was closed for its PROXY header. */
    public void countBadProxyHeader() {
        counters.badProxyHeaders.increment();
    }

}
