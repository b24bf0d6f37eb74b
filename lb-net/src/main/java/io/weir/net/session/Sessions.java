package io.weir.net.session;

import io.weir.net.CloseReason;
import io.weir.net.Deadline;
import io.weir.net.EventLoops;
import io.weir.net.Loop;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The live connections of all loops. Any thread; the predicates are called on the loops. */
public final class Sessions {
    private final List<Loop> loops;

    private final List<SessionTable> tableByLoop;

    public Sessions(EventLoops loops) {
        this.loops = loops.traffic();
        this.tableByLoop = Stream.generate(SessionTable::new).limit(this.loops.size()).toList();
    }

    /** The table of one loop, for that loop. */
    public SessionTable of(Loop loop) {
        return tableByLoop.get(loop.index());
    }

    /** How many connections are open. */
    public long count() {
        return tableByLoop.stream().mapToLong(SessionTable::count).sum();
    }

    /** Ends every connection that {@code doomed} accepts, loop by loop; completes with how many. */
    public CompletableFuture<Integer> cut(Predicate<LiveConnection> doomed, CloseReason reason) {
        var total = new AtomicInteger();
        return onEachLoop(table -> total.addAndGet(table.cut(doomed, reason))).thenApply(_ -> total.get());
    }

    /** Ends what {@code filter} means as an operator's wish; completes with how many. */
    public CompletableFuture<Integer> kick(SessionFilter filter) {
        long nowNanos = System.nanoTime();
        return cut(connection -> filter.matches(connection, nowNanos), CloseReason.KICKED);
    }

    /** What {@code filter} means, the newest first, {@code most} of it at most. */
    public CompletableFuture<List<SessionInfo>> list(SessionFilter filter, int most) {
        var found = new ConcurrentLinkedQueue<SessionInfo>();
        return onEachLoop(table -> {
            long nowNanos = System.nanoTime();
            var room = new int[] {most};
            table.visit(filter, connection -> found.add(connection.info(nowNanos)) && --room[0] > 0);
        }).thenApply(_ -> found.stream().sorted(SessionInfo.NEWEST_FIRST).limit(most).toList());
    }

    /** How many connections {@code filter} means, by what {@code group} says of each on its loop. */
    public CompletableFuture<Map<String, Long>> count(SessionFilter filter, Function<LiveConnection, String> group) {
        var counts = new ConcurrentHashMap<String, Long>();
        return onEachLoop(table -> {
            Map<String, Long> ofLoop = new HashMap<>();
            table.visit(filter, connection -> ofLoop.merge(group.apply(connection), 1L, Long::sum) > 0);
            ofLoop.forEach((name, count) -> counts.merge(name, count, Long::sum));
        }).thenApply(_ -> Map.copyOf(counts));
    }

    private CompletableFuture<Void> onEachLoop(Consumer<SessionTable> action) {
        return CompletableFuture.allOf(loops.stream().map(loop -> {
            var done = new CompletableFuture<Void>();
            boolean runs = loop.run(() -> {
                try {
                    action.accept(of(loop));
                    done.complete(null);
                } catch (RuntimeException brokenPromise) {
                    done.completeExceptionally(brokenPromise);
                }
            });
            if (!runs) {
                done.complete(null);
            }
            return done;
        }).toArray(CompletableFuture[]::new));
    }

    /**
     * Ends what {@code doomed} accepts when the grace is over, if {@code stillGone} then says that what it belonged to has
     * not come back. A grace of 0 ends it as soon as its loop comes round to it.
     */
    public void cutAfter(Duration grace, Predicate<LiveConnection> doomed, BooleanSupplier stillGone) {
        for (Loop loop : loops) {
            var end = new Grace(of(loop), doomed, stillGone);
            if (grace.isZero()) {
                loop.run(end::expired);
            } else {
                loop.run(() -> loop.timers().schedule(end, grace));
            }
        }
    }

    /** Completes when no connection is left, or with how many were cut when the time was over. */
    public CompletableFuture<Integer> drained(Duration timeout) {
        var drained = new CompletableFuture<Integer>();
        awaitEmpty(System.nanoTime() + timeout.toNanos(), drained);
        return drained;
    }

    private void awaitEmpty(long deadlineNanos, CompletableFuture<Integer> drained) {
        if (count() == 0) {
            drained.complete(0);
        } else if (System.nanoTime() - deadlineNanos >= 0) {
            var _ = cut(_ -> true, CloseReason.DRAINED).thenAccept(drained::complete);
        } else {
            CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS)
                .execute(() -> awaitEmpty(deadlineNanos, drained));
        }
    }

    /** What is left of some connections' time on one loop. Confined to it. */
    private static final class Grace extends Deadline {
        private final SessionTable table;

        private final Predicate<LiveConnection> doomed;

        private final BooleanSupplier stillGone;

        Grace(SessionTable table, Predicate<LiveConnection> doomed, BooleanSupplier stillGone) {
            this.table = table;
            this.doomed = doomed;
            this.stillGone = stillGone;
        }

        @Override
        protected void expired() {
            if (stillGone.getAsBoolean()) {
                table.cut(doomed, CloseReason.DRAINED);
            }
        }
    }
}
