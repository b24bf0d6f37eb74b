package io.weir.l7.listener;

import io.netty.util.internal.PlatformDependent;
import io.weir.core.health.BackendKey;
import io.weir.core.health.EvidenceSink;
import io.weir.core.model.Listener;
import io.weir.core.snapshot.LoopState;
import io.weir.core.snapshot.SnapshotDiff;
import io.weir.core.snapshot.SnapshotPublisher;
import io.weir.l7.exchange.Door;
import io.weir.l7.loop.HeldMemory;
import io.weir.l7.loop.HttpLoop;
import io.weir.net.EventLoops;
import io.weir.net.Loop;
import io.weir.net.LoopLocal;
import io.weir.net.session.Sessions;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The layer 7 data plane of a process. Any thread may call, but for the event loops. */
public final class HttpPlane implements AutoCloseable {
    private final EventLoops loops;
    private final SnapshotPublisher snapshots;
    private final Sessions sessions;
    private final List<HeldMemory> memory;
    private final LoopLocal<HttpLoop> httpLoops;
    private final List<HttpListener> listeners = new CopyOnWriteArrayList<>();

    /**
     * @param states what each loop remembers of pools, shared with the layer 4 plane
     * @param evidence told of backends that cannot be connected
     */
    public HttpPlane(EventLoops loops, LoopLocal<LoopState> states, SnapshotPublisher snapshots, EvidenceSink evidence) {
        this(loops, states, snapshots, evidence, PlatformDependent.maxDirectMemory() / 2);
    }

    /** @param heldBytes what connections of all loops may hold together for slow peers */
    HttpPlane(EventLoops loops, LoopLocal<LoopState> states, SnapshotPublisher snapshots, EvidenceSink evidence, long heldBytes) {
        this.loops = loops;
        this.snapshots = snapshots;
        this.sessions = new Sessions(loops);
        this.memory = loops.traffic().stream().map(_ -> new HeldMemory(heldBytes / loops.traffic().size())).toList();
        this.httpLoops = new LoopLocal<>(loops,
                loop -> new HttpLoop(loop, loops.transport(), states.get(loop), evidence, sessions.of(loop),
                        memory.get(loop.index())));
    }

    /**
     * Opens the port of a listener, which the newest snapshot must have.
     *
     * @throws BindException with the address and the cause
     */
    public HttpListener open(Listener.Http listener) throws BindException {
        List<Door> doors = new ArrayList<>();
        for (Loop loop : loops.traffic()) {
            doors.add(onLoop(loop, listener.name()));
        }
        HttpListener opened = HttpListener.open(loops, listener, doors);
        listeners.removeIf(HttpListener::over);
        listeners.add(opened);
        return opened;
    }

    /** Bytes that the connections of a loop hold for slow peers. */
    public long heldBytes(Loop loop) {
        return memory.get(loop.index()).bytes();
    }

    /** The connections of clients. */
    public Sessions sessions() {
        return sessions;
    }

    /**
     * Ends what is under way at backends that an operator took out of service: at once, or when their grace is over if
     * they are still out then. Subscribe it to the publisher of the snapshots.
     */
    public void follow(SnapshotDiff diff) {
        diff.leaving().forEach((key, leaving) -> {
            if (leaving.graceNanos() == 0) {
                cutOff(key, leaving.address());
            } else {
                CompletableFuture.delayedExecutor(leaving.graceNanos(), TimeUnit.NANOSECONDS)
                    .execute(() -> cutOff(key, leaving.address()));
            }
        });
    }

    private void cutOff(BackendKey key, InetSocketAddress address) {
        if (snapshots.current().letsGo(key, address)) {
            listeners.forEach(listener -> listener.cutOff(key, address));
        }
    }

    private Door onLoop(Loop loop, String name) {
        return CompletableFuture.supplyAsync(() -> new Door(httpLoops.get(loop), name, snapshots), loop.eventLoop()).join();
    }

    /** Gives memory back; the listeners are closed and the loops still run. */
    @Override
    public void close() {
        CompletableFuture<?>[] closed = loops.traffic()
            .stream()
            .map(loop -> CompletableFuture.runAsync(() -> httpLoops.get(loop).close(), loop.eventLoop()))
            .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(closed).join();
    }
}
