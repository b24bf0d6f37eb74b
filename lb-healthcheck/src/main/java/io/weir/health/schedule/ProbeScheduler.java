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
 * Who is probed when. Confined to the probe loop. A target is never probed twice at once, whatever the number of backends that share it, and
 * no more than a given number of sockets are open; who is due beyond that waits in line.
 */
final class ProbeScheduler {
    private final LoopTimer timer;
    private final Prober prober;
    private final int maxOpen;
    private final RandomGenerator random;
    private final BiConsumer<BackendKey, ProbeOutcome> outcomes;
    private final ProbeCounters counters;
    private final Map<ProbeTarget, ScheduledTarget> scheduledByTarget = new LinkedHashMap<>();
    private Map<BackendKey, ProbeTarget> targetByBackend = Map.of();
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
        Map<ProbeTarget, List<BackendKey>> backendsByTarget = new LinkedHashMap<>();
        targets.forEach((backend, target) -> backendsByTarget.computeIfAbsent(target, _ -> new ArrayList<>()).add(backend));
        targetByBackend = Map.copyOf(targets);
        scheduledByTarget.values()
            .stream()
            .filter(scheduled -> !backendsByTarget.containsKey(scheduled.target))
            .toList()
            .forEach(this::remove);
        backendsByTarget.forEach(this::share);
    }

    private void share(ProbeTarget target, List<BackendKey> backends) {
        ScheduledTarget scheduled = scheduledByTarget.get(target);
        if (scheduled == null) {
            add(target, backends);
            return;
        }
        boolean joined = !scheduled.backends.containsAll(backends);
        scheduled.backends = List.copyOf(backends);
        if (joined) {
            hasten(scheduled);
        }
    }

    private void add(ProbeTarget target, List<BackendKey> backends) {
        ScheduledTarget scheduled = new ScheduledTarget(target, random);
        scheduled.backends = List.copyOf(backends);
        scheduledByTarget.put(target, scheduled);
        arm(scheduled, scheduled.firstDelayNanos());
    }

    /** A backend that joins a target waits for its first result no longer than one whose target is new. */
    private void hasten(ScheduledTarget scheduled) {
        long delay = scheduled.firstDelayNanos();
        if (scheduled.phase == Phase.ARMED && scheduled.dueNanos - timer.nowNanos() > delay) {
            disarm(scheduled);
            arm(scheduled, delay);
        }
    }

    private void remove(ScheduledTarget scheduled) {
        scheduledByTarget.remove(scheduled.target);
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
        ProbeTarget target = targetByBackend.get(backend);
        ScheduledTarget scheduled = target == null ? null : scheduledByTarget.get(target);
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
        scheduled.note(outcome);
        long usual = scheduled.nextDelayNanos();
        arm(scheduled, scheduled.again ? 0 : usual);
        counters.count(scheduled.target.check().probe().type(), outcome);
        scheduled.backends.forEach(backend -> outcomes.accept(backend, outcome));
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
