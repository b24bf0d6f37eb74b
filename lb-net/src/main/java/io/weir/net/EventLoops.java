package io.weir.net;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * The event loops of a process: {@code loop-0} to {@code loop-(N-1)} carry all traffic, {@code probe} and {@code admin}
 * have one of their own, so that a busy data plane neither makes backends look sick nor locks the operator out. Callable
 * from any thread.
 */
public final class EventLoops implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Transport transport;

    private final LoopGroup traffic;

    private final LoopGroup probe;

    private final LoopGroup admin;

    private final Inheritance inheritance;

    private EventLoops(Transport transport, Inheritance inheritance, LoopGroup traffic, LoopGroup probe, LoopGroup admin) {
        this.transport = transport;
        this.inheritance = inheritance;
        this.traffic = traffic;
        this.probe = probe;
        this.admin = admin;
    }

    /** Starts {@code workers} traffic loops, the probe loop and the admin loop. */
    public static EventLoops start(Transport transport, int workers) {
        return start(transport, workers, new Inheritance());
    }

    /** The same, for listeners that go on with sockets of another process where it has left some. */
    public static EventLoops start(Transport transport, int workers, Inheritance inheritance) {
        if (workers < 1) {
            throw new IllegalArgumentException("workers is " + workers + ", want at least 1");
        }
        LoopGroup traffic = LoopGroup.start(transport, workers, index -> "loop-" + index);
        LoopGroup probe = LoopGroup.start(transport, 1, index -> "probe");
        LoopGroup admin = LoopGroup.start(transport, 1, index -> "admin");
        return new EventLoops(transport, inheritance, traffic, probe, admin);
    }

    /** What the loops run on. */
    public Transport transport() {
        return transport;
    }

    /** Listening sockets that another process handed over and nobody has taken yet. */
    public Inheritance inheritance() {
        return inheritance;
    }

    /** Where a listener is to listen: at the port that it has in the process that this one replaces, if the configuration leaves it open. */
    public InetSocketAddress placeOf(String listener, InetSocketAddress wanted) {
        return inheritance.placeOf(listener, wanted);
    }

    /** The traffic loops, in the order of their index. */
    public List<Loop> traffic() {
        return traffic.loops();
    }

    /** All of them. */
    public List<Loop> all() {
        return Stream.of(traffic, probe, admin).flatMap(group -> group.loops().stream()).toList();
    }

    /** The loop of health checks. */
    public Loop probe() {
        return probe.loops().getFirst();
    }

    /** The loop of the admin API. */
    public Loop admin() {
        return admin.loops().getFirst();
    }

    /**
     * The traffic loop behind one of Netty's, for who holds only a channel.
     *
     * @throws IllegalArgumentException if it is none of ours
     */
    public Loop trafficLoop(EventLoop eventLoop) {
        for (Loop loop : traffic.loops()) {
            if (loop.eventLoop().equals(eventLoop)) {
                return loop;
            }
        }
        throw new IllegalArgumentException(eventLoop + " carries no traffic");
    }

    /**
     * Stops the loops and closes whatever is still registered with them; connections that should end well are drained
     * before. The result completes when the threads have ended.
     */
    public CompletableFuture<Void> shutDown(Duration timeout) {
        return CompletableFuture.allOf(
                ended(traffic, timeout), ended(probe, timeout), ended(admin, timeout));
    }

    private static CompletableFuture<Void> ended(LoopGroup group, Duration timeout) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        var _ = group.shutDown(timeout.toMillis()).addListener(_ -> {
            group.loops().forEach(Loop::ended);
            ended.complete(null);
        });
        return ended;
    }

    /** Shuts down and waits for it. */
    @Override
    public void close() {
        shutDown(CLOSE_TIMEOUT).join();
    }
}
