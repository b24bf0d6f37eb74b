package io.weir.health.schedule;

import io.weir.core.health.BackendStatus;
import io.weir.core.health.HealthBook;
import io.weir.core.health.HealthEffect;
import io.weir.core.health.Moment;
import io.weir.core.model.Configuration;
import io.weir.health.TestPools;
import io.weir.health.passive.Evidence;
import io.weir.health.passive.EvidenceQueue;
import io.weir.net.EventLoops;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Checker, evidence queue and book around a {@code control} thread, as the daemon wires them. Any thread may call it. */
final class ControlledHealth implements AutoCloseable {
    private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
    private final HealthBook book = new HealthBook();
    private final List<HealthEffect> told = new CopyOnWriteArrayList<>();
    private final HealthChecker checker;
    final EvidenceQueue evidence;

    ControlledHealth(EventLoops loops) {
        checker = new HealthChecker(loops, (backend, outcome) -> control.execute(() -> apply(book.onProbe(backend, outcome, now()))));
        evidence = new EvidenceQueue(control, this::read);
    }

    private void read(Evidence evidence) {
        apply(switch (evidence) {
            case Evidence.Connect(var backend, var cause, int inARow) -> book.onConnectFailed(backend, cause, inARow, now());
            case Evidence.Failures(var backend, var failures) -> book.onFailed(backend, failures, now());
        });
    }

    private static Moment now() {
        return new Moment(System.nanoTime(), Instant.now());
    }

    private void apply(List<HealthEffect> effects) {
        for (HealthEffect effect : effects) {
            switch (effect) {
                case HealthEffect.ProbeNow(var backend) -> checker.probeNow(backend);
                case HealthEffect.WeightChanged _ -> {
                }
                case HealthEffect.BackendChanged _,HealthEffect.TierChanged _,HealthEffect.QuorumChanged _,HealthEffect.EjectionRefused _ ->
                    told.add(effect);
            }
        }
        OptionalLong next = book.nextTimerNanos();
        if (!effects.isEmpty() && next.isPresent()) {
            var _ = control.schedule(() -> apply(book.onTimer(now())), next.getAsLong() - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    void configure(Configuration configuration) {
        onControl(() -> {
            apply(book.reconfigure(configuration, now()));
            checker.follow(configuration);
            return true;
        });
    }

    BackendStatus status(String backend) {
        return onControl(() -> book.status(TestPools.key(backend)));
    }

    private <T> T onControl(Callable<T> question) {
        try {
            return control.submit(question).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything but requests for probes, in order. */
    List<HealthEffect> told() {
        return told;
    }

    ProbeCounters counters() {
        return checker.counters();
    }

    @Override
    public void close() {
        checker.close();
        control.shutdownNow();
    }
}
