package io.weir.health.schedule;

import io.weir.core.health.BackendKey;
import io.weir.core.health.ProbeOutcome;
import io.weir.health.probe.ProbeTarget;
import io.weir.health.probe.Prober;
import io.weir.health.schedule.ScheduledTarget.Phase;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * Who is probed when. Confined to the probe loop. A target is never probed twice at once, and no more than a given number of sockets are open;
 * who is due beyond that waits in line.
 */
final class ProbeScheduler {
    private final LoopTimer timer;
    private final Prober prober;
    private final int maxOpen;
    private final RandomGenerator random;
    private final BiConsumer<BackendKey, ProbeOutcome> outcomes;
    private final ProbeCounters counters;
    private final Map<BackendKey, ScheduledTarget> targetByBackend = new LinkedHashMap<>();
    private final Set<ScheduledTarget> waiting = new LinkedHashSet<>();
    private int open;
    private boolean admitting;

    ProbeScheduler(LoopTimer timer, Prober prober, int maxOpen, RandomGenerator random, BiConsumer<BackendKey, ProbeOutcome> outcomes,
            ProbeCounters counters) {
        this.timer = timer;
        this.prober = prober;
        this.maxOpen = maxOpen;
        this.random = random;
        this.outcomes = outcomes;
        this.counters = counters;
    }

    /** Replaces the targets; those that stay the same keep their place in the schedule. */
    void follow(Map<BackendKey, ProbeTarget> targets) {
        List<ScheduledTarget> leaving = new ArrayList<>();
        targetByBackend.forEach((backend, scheduled) -> {
            if (!scheduled.target.equals(targets.get(backend))) {
                leaving.add(scheduled);
            }
        });
        leaving.forEach(this::remove);
        targets.values().stream().filter(target -> !targetByBackend.containsKey(target.backend())).toList().forEach(this::add);
    }

    private void add(ProbeTarget target) {
        ScheduledTarget scheduled = new ScheduledTarget(target, random);
        targetByBackend.put(target.backend(), scheduled);
        arm(scheduled, scheduled.firstDelayNanos());
    }

    private void remove(ScheduledTarget scheduled) {
        targetByBackend.remove(scheduled.target.backend());
        Phase left = scheduled.phase;
        scheduled.phase = Phase.REMOVED;
        switch (left) {
            case ARMED -> disarm(scheduled);
            case WAITING -> waiting.remove(scheduled);
            case RUNNING -> abandon(scheduled);
            case REMOVED -> throw new IllegalStateException(scheduled.target + " was removed already");
        }
    }

    private static void disarm(ScheduledTarget scheduled) {
        if (scheduled.alarm != null) {
            scheduled.alarm.cancel();
            scheduled.alarm = null;
        }
    }

    private static void abandon(ScheduledTarget scheduled) {
        if (scheduled.running != null) {
            scheduled.running.abandon();
        }
    }

    /** Probes a target at once; if a probe of it runs, once more after that one. */
    void probeNow(BackendKey backend) {
        ScheduledTarget scheduled = targetByBackend.get(backend);
        if (scheduled == null) {
            return;
        }
        switch (scheduled.phase) {
            case ARMED -> {
                disarm(scheduled);
                scheduled.dueNanos = timer.nowNanos();
                due(scheduled);
            }
            case RUNNING -> scheduled.again = true;
            case WAITING, REMOVED -> {
            }
        }
    }

    private void arm(ScheduledTarget scheduled, long delayNanos) {
        scheduled.phase = Phase.ARMED;
        scheduled.dueNanos = timer.nowNanos() + delayNanos;
        scheduled.alarm = timer.schedule(delayNanos, () -> due(scheduled));
    }

    private void due(ScheduledTarget scheduled) {
        scheduled.phase = Phase.WAITING;
        waiting.add(scheduled);
        admit();
        if (scheduled.phase == Phase.WAITING) {
            counters.countWait();
        }
    }

    /** Starts who waits while there is room. A probe may end while it is started, and that leads here again: once at a time is enough. */
    private void admit() {
        if (admitting) {
            return;
        }
        admitting = true;
        try {
            while (open < maxOpen && !waiting.isEmpty()) {
                Iterator<ScheduledTarget> line = waiting.iterator();
                ScheduledTarget next = line.next();
                line.remove();
                start(next);
            }
        } finally {
            admitting = false;
        }
    }

    private void start(ScheduledTarget scheduled) {
        open++;
        scheduled.phase = Phase.RUNNING;
        scheduled.again = false;
        counters.countLate(timer.nowNanos() - scheduled.dueNanos);
        scheduled.running = prober.start(scheduled.target, new Prober.Listener() {
            @Override
            public void judged(ProbeOutcome outcome) {
                if (scheduled.phase == Phase.RUNNING) {
                    end(scheduled, outcome);
                }
            }

            @Override
            public void closed() {
                open--;
                admit();
            }
        });
    }

    private void end(ScheduledTarget scheduled, ProbeOutcome outcome) {
        long usual = scheduled.nextDelayNanos();
        arm(scheduled, scheduled.again ? 0 : usual);
        counters.count(outcome);
        outcomes.accept(scheduled.target.backend(), outcome);
    }

    /** Sockets of probes that are open now, those that only wait for the peer to close included. */
    int open() {
        return open;
    }

    /** Probes nobody any more. */
    void stop() {
        follow(Map.of());
    }
}
