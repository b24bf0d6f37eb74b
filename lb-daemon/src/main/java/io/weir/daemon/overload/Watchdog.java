package io.weir.daemon.overload;

import io.weir.core.model.MemoryCeiling;
import io.weir.daemon.control.Journal;
import io.weir.net.EventLoops;
import io.weir.net.Loop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the loops from a thread of its own, which does nothing else: tells once of a loop that stands still, with its stack, and of one
 * that does not keep up; and while memory runs out it has all loops turn new connections away. {@link #start} and {@link #close} may
 * be called by any thread.
 */
public final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    static final Duration ROUND = Duration.ofMillis(250);
    /** A round that is so late tells of the process, not of a loop: it was stopped, or the host was. */
    private static final Duration ALL_STOOD_STILL = Duration.ofMillis(750);
    /** Without new connections nothing may ever make the heap be collected, and so be found to be free again. */
    private static final Duration COLLECT_EVERY = Duration.ofSeconds(30);
    private static final int FRAMES = 24;

    private final EventLoops loops;
    private final Journal journal;
    private final Supplier<List<Usage>> usages;
    private final LongSupplier nanoTime;
    private final Thread thread = Thread.ofPlatform().daemon().name("watchdog").unstarted(this::watch);
    private final CountDownLatch closed = new CountDownLatch(1);

    private final Map<Loop, StallWatch> stallByLoop = new LinkedHashMap<>();
    private final Set<Loop> overloaded = new HashSet<>();
    private final Set<String> scarce = new HashSet<>();
    private final Map<String, Long> shedBefore = new HashMap<>();
    private long roundNanos;
    private long collectedNanos;

    Watchdog(EventLoops loops, Journal journal, Supplier<List<Usage>> usages, LongSupplier nanoTime) {
        this.loops = loops;
        this.journal = journal;
        this.usages = usages;
        this.nanoTime = nanoTime;
        loops.all().forEach(loop -> stallByLoop.put(loop, new StallWatch()));
        roundNanos = nanoTime.getAsLong();
        collectedNanos = roundNanos;
    }

    /** Watches from now on. */
    public static Watchdog start(EventLoops loops, Journal journal, Optional<MemoryCeiling> ceiling) {
        var watchdog = new Watchdog(loops, journal, new MemoryUsages(Path.of("/proc"), ceiling), System::nanoTime);
        watchdog.thread.start();
        return watchdog;
    }

    /** How much of what may run out is in use. Any thread. */
    public List<Usage> usages() {
        return usages.get();
    }

    private void watch() {
        try {
            while (!closed.await(ROUND.toNanos(), TimeUnit.NANOSECONDS)) {
                round();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            LOG.error("nobody looks after the loops any more", failure);
        }
    }

    /** Looks once at everything. */
    void round() {
        long nowNanos = nanoTime.getAsLong();
        boolean stoodStill = nowNanos - roundNanos > ROUND.plus(ALL_STOOD_STILL).toNanos();
        roundNanos = nowNanos;
        if (!stoodStill) {
            stallByLoop.forEach((loop, watch) -> watch.look(nowNanos, loop.load().beatNanos()).ifPresent(finding -> tell(loop, finding)));
        }
        loops.traffic().forEach(this::lookAtLoad);
        usages.get().forEach(usage -> lookAt(usage, nowNanos));
        loops.traffic().forEach(loop -> loop.load().shed(!scarce.isEmpty()));
    }

    private void tell(Loop loop, StallWatch.Finding finding) {
        switch (finding) {
            case StallWatch.Finding.Stalled(var silent) ->
                journal.tell("loop.stalled", loop.name(), "silent", seconds(silent), "stack", stack(loop));
            case StallWatch.Finding.Recovered(var after) -> journal.tell("loop.recovered", loop.name(), "after", seconds(after));
        }
    }

    private static String stack(Loop loop) {
        return loop.stack().stream().limit(FRAMES).map(StackTraceElement::toString).collect(Collectors.joining(" < "));
    }

    private void lookAtLoad(Loop loop) {
        boolean now = loop.load().isOverloaded();
        if (now && overloaded.add(loop)) {
            began(loop.name(), "the loop does not keep up with its connections", loop.load().shed());
        } else if (!now && overloaded.remove(loop)) {
            ended(loop.name(), loop.load().shed());
        }
    }

    private void lookAt(Usage usage, long nowNanos) {
        boolean before = scarce.contains(usage.what());
        boolean now = usage.sheds(before);
        if (now && !before) {
            scarce.add(usage.what());
            began(usage.what(), usage.text(), shed());
        } else if (!now && before) {
            scarce.remove(usage.what());
            ended(usage.what(), shed());
        }
        if (now && usage.collectable() && nowNanos - collectedNanos > COLLECT_EVERY.toNanos()) {
            collectedNanos = nowNanos;
            collect();
        }
    }

    private static void collect() {
        System.gc();
    }

    private long shed() {
        return loops.traffic().stream().mapToLong(loop -> loop.load().shed()).sum();
    }

    private void began(String what, String cause, long shed) {
        shedBefore.put(what, shed);
        journal.tell("overload.began", what, "cause", cause, "consequence", "new connections are reset, those that are open live on");
    }

    private void ended(String what, long shed) {
        Long before = shedBefore.remove(what);
        journal.tell("overload.ended", what, "connectionsShed", Long.toString(shed - (before == null ? shed : before)));
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1fs", duration.toMillis() / 1000.0);
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
