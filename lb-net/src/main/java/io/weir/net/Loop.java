package io.weir.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop with what belongs to it: its number, its deadlines, its clock of turns. What is final here may be read
 * by any thread; the wheel and the turns belong to the loop.
 */
public final class Loop {
    private final int index;

    private final String name;

    private final IoEventLoop eventLoop;

    private final TurnClock turns;

    private final Transport transport;

    private final LoopLoad load = new LoopLoad(System.nanoTime());

    private volatile @Nullable Thread thread;

    private final PipeCounts pipeCounts = new PipeCounts();

    private @Nullable RelayLoop relays;

    private final TimerWheel timers = new TimerWheel(System.nanoTime());

    private final Runnable expiry = timers::expire;

    private final HeldBack heldBack = new HeldBack(timers);

    Loop(int index, String name, Transport transport, IoEventLoop eventLoop, TurnClock turns) {
        this.index = index;
        this.name = name;
        this.transport = transport;
        this.eventLoop = eventLoop;
        this.turns = turns;
    }

    /** Starts the wheel; called once, before anything uses the loop. */
    void startTimers() {
        long tick = TimerWheel.TICK_NANOS;
        thread = Thread.currentThread();
        turns.beginTurnsWith(() -> timers.moveTo(System.nanoTime()));
        var _ = eventLoop.scheduleAtFixedRate(this::tick, tick, tick, TimeUnit.NANOSECONDS);
    }

    /** While the loop was held up the kernel was not: what came in time is seen before what it was awaited for is given up. */
    private void tick() {
        long nowNanos = System.nanoTime();
        load.beat(nowNanos);
        turns.putOff(expiry);
    }

    /** 0 for the first loop of its group; probe and admin are 0 too. */
    public int index() {
        return index;
    }

    /** {@code loop-0}, {@code probe}, {@code admin}: also its thread's name. */
    public String name() {
        return name;
    }

    /** Netty's loop: register channels and send tasks here. */
    public IoEventLoop eventLoop() {
        return eventLoop;
    }

    /** Gives a channel to the loop; any thread. */
    public ChannelFuture register(Channel channel) {
        EventLoop channels = eventLoop;
        return channels.register(channel);
    }

    /** The loop's deadlines; only on the loop. */
    public TimerWheel timers() {
        assert inLoop() : "not on " + name;
        return timers;
    }

    /** Who waits for bandwidth; only on the loop. */
    HeldBack heldBack() {
        return heldBack;
    }

    /** {@link TimerWheel#ticks()} without the question whether the caller may ask. */
    long ticks() {
        return timers.ticks();
    }

    /** Whether the caller runs on this loop. */
    public boolean inLoop() {
        return eventLoop.inEventLoop();
    }

    /** The number of times that the loop has asked the kernel for events; only on the loop. */
    long turn() {
        return turns.turn();
    }

    /** Runs {@code work} once, after the events of this turn or of the next one; only on the loop. */
    void putOff(Runnable work) {
        turns.putOff(work);
    }

    /** What the acceptors and lean relays of the loop share, made at the first call; only on the loop, which is not nio's. */
    RelayLoop relays() {
        assert inLoop() : "not on " + name;
        if (relays == null) {
            relays = switch (transport) {
                case EPOLL -> new EpollRelayLoop(this);
                case IO_URING -> new UringRelayLoop(this);
                case NIO -> throw new IllegalStateException("nio has no relays below channels");
            };
        }
        return relays;
    }

    /** Tells of what can be read of a descriptor, from the next turn on; only on the loop, which is not nio's. */
    public ReadWatch watch(ReadWatch.Owner owner) {
        return relays().watch(owner);
    }

    /** {@link #relays()} of a loop on epoll. */
    EpollRelayLoop epollRelays() {
        return (EpollRelayLoop) relays();
    }

    /** {@link #relays()} of a loop on io_uring. */
    UringRelayLoop uringRelays() {
        return (UringRelayLoop) relays();
    }

    /** How busy it is; any thread. */
    public LoopLoad load() {
        return load;
    }

    /** What its thread is doing, the innermost call first; any thread. */
    public List<StackTraceElement> stack() {
        Thread running = thread;
        return running == null ? List.of() : List.of(running.getStackTrace());
    }

    /** The pipes that its relays have; any thread. */
    public PipeCounts pipeCounts() {
        return pipeCounts;
    }

    /** Closes what the lean relays kept for reuse; called when the loop's thread has ended. */
    void ended() {
        if (relays != null) {
            relays.splicer.close();
        }
    }

    /** Runs a task on the loop, at once if the caller is on it; false if the loop is shut down and the task dropped. */
    public boolean run(Runnable task) {
        if (inLoop()) {
            task.run();
            return true;
        }
        try {
            eventLoop.execute(task);
            return true;
        } catch (RejectedExecutionException shutDown) {
            return false;
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
