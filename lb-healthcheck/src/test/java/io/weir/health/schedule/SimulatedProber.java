package io.weir.health.schedule;

import io.weir.core.health.ProbeOutcome;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.health.probe.ProbeTarget;
import io.weir.health.probe.Prober;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Members that answer, refuse or keep silent under simulated time. Confined to the test. */
final class SimulatedProber implements Prober {
    private final SimulatedTimer timer;
    final List<Start> starts = new ArrayList<>();
    private final Map<InetSocketAddress, Integer> running = new HashMap<>();
    Mood mood = Mood.ANSWERS;
    Duration responseTime = Duration.ZERO;
    int open;
    int mostOpen;

    /** How the members take a probe. */
    enum Mood {
        ANSWERS, REFUSES, SILENT, NO_SOCKET
    }

    record Start(InetSocketAddress address, Duration at) {}

    SimulatedProber(SimulatedTimer timer) {
        this.timer = timer;
    }

    @Override
    public Running start(ProbeTarget target, Listener listener) {
        starts.add(new Start(target.address(), timer.sinceStart()));
        if (running.merge(target.address(), 1, Integer::sum) > 1) {
            throw new AssertionError(target.address() + " is probed twice at once");
        }
        mostOpen = Math.max(mostOpen, ++open);
        long started = timer.nowNanos();
        ProbeOutcome outcome = switch (mood) {
            case ANSWERS -> new ProbeOutcome.Success(started, responseTime);
            case REFUSES -> new ProbeOutcome.Failure(started, Cause.REFUSED);
            case SILENT -> new ProbeOutcome.Failure(started, Cause.NO_ANSWER);
            case NO_SOCKET -> new ProbeOutcome.NotTried(started, "no descriptor left");
        };
        Duration takes = switch (mood) {
            case ANSWERS -> responseTime;
            case SILENT -> target.check().timeout();
            case REFUSES, NO_SOCKET -> Duration.ZERO;
        };
        return end(target.address(), outcome, takes, listener);
    }

    private Running end(InetSocketAddress address, ProbeOutcome outcome, Duration takes, Listener listener) {
        Runnable end = () -> {
            running.merge(address, -1, Integer::sum);
            open--;
            listener.judged(outcome);
            listener.closed();
        };
        if (takes.isZero()) {
            end.run();
            return () -> {
            };
        }
        LoopTimer.Alarm alarm = timer.schedule(takes.toNanos(), end);
        return () -> {
            alarm.cancel();
            running.merge(address, -1, Integer::sum);
            open--;
            listener.closed();
        };
    }

    /** When all probes began. */
    List<Duration> starts() {
        return starts.stream().map(Start::at).toList();
    }
}
