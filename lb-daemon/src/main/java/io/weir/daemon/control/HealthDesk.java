package io.weir.daemon.control;

import io.weir.core.health.AnswerCounts;
import io.weir.core.health.BackendKey;
import io.weir.core.health.BackendState;
import io.weir.core.health.HealthBook;
import io.weir.core.health.HealthEffect;
import io.weir.core.health.KnownPool;
import io.weir.core.health.Membership;
import io.weir.core.health.Moment;
import io.weir.core.health.ProbeOutcome;
import io.weir.core.model.Configuration;
import io.weir.core.model.Tier;
import io.weir.health.passive.Evidence;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Brings events to the health book when they happen and when they are due, and does what it says. Confined to {@code control}, but for
 * {@link #onProbe}, which any thread may call.
 */
public final class HealthDesk {
    /** How often the connections of draining backends are counted. */
    static final Duration DRAIN_CHECK = Duration.ofMillis(500);

    private static final int NOT_TRIED_UNTIL_TOLD = 3;

    private final HealthBook book = new HealthBook();
    private final LastProbes lastProbes = new LastProbes();
    private final HealthCounters counters = new HealthCounters();
    private final Sweeps sweeps;
    private final CommandThread control;
    private final Journal journal;
    private final Supplier<Map<BackendKey, BackendTraffic>> traffic;
    private Consumer<BackendKey> probeNow = _ -> {};
    private Runnable changed = () -> {};
    private Consumer<BackendKey> drained = _ -> {};
    private Consumer<Map<String, Tier>> tierKeeper = _ -> {};
    private boolean armed;
    private long armedNanos;
    private boolean countingDrains;

    /**
     * Has nothing to watch yet.
     *
     * @param traffic over all loops
     * @param answers the same of one pool, by backend
     */
    public HealthDesk(CommandThread control, Journal journal, Supplier<Map<BackendKey, BackendTraffic>> traffic,
            Function<String, Map<String, AnswerCounts>> answers) {
        this.control = control;
        this.journal = journal;
        this.traffic = traffic;
        this.sweeps = new Sweeps(control, answers, this::compare);
    }

    /** Who probes out of turn; called on {@code control}, returns at once. To be said before the start. */
    public void probeWith(Consumer<BackendKey> prober) {
        probeNow = prober;
    }

    /** Where traffic is that only the operator brings home is taken from here and kept here. To be said before the start. */
    public void keepTiersWith(LastKnownKeeper keeper) {
        book.resume(keeper.atStart().tierByPool());
        tierKeeper = keeper::tiers;
    }

    /** Who publishes a membership that has changed; called on {@code control}. To be said before the start. */
    void onChange(Runnable publisher) {
        changed = publisher;
    }

    /** Who waits for backends that drain to have no connection left; called on {@code control}. To be said before the start. */
    void onDrained(Consumer<BackendKey> follower) {
        drained = follower;
    }

    Membership membership() {
        return book;
    }

    /** Goes on where another process has come to. To be said before the start. */
    public void goOnWith(List<KnownPool> known) {
        book.goOnWith(known);
    }

    /** What another process may go on with. */
    List<KnownPool> known() {
        return book.known(new Moment(System.nanoTime(), journal.clock().instant()));
    }

    /** Takes on a configuration; the caller publishes. */
    void reconfigure(Configuration configuration) {
        lastProbes.retain(configuration);
        counters.retain(configuration.pools().keySet());
        sweeps.reconfigure(configuration);
        event(now -> book.reconfigure(configuration, now));
        keepTiers();
    }

    private void keepTiers() {
        tierKeeper.accept(book.staysAway());
    }

    /** How the newest probe of each backend ended. */
    public LastProbes lastProbes() {
        return lastProbes;
    }

    /** What verdicts of traffic have come to. */
    public HealthCounters counters() {
        return counters;
    }

    /** A probe ended. Any thread. */
    public void onProbe(BackendKey backend, ProbeOutcome outcome) {
        control.execute(() -> event(now -> {
            lastProbes.note(backend, outcome, now);
            if (outcome instanceof ProbeOutcome.NotTried(_, var why)) {
                notTried(backend, why);
            }
            return book.onProbe(backend, outcome, now);
        }));
    }

    /** A backend that nobody looks at keeps its state, so that has to be told: once, and not for a shortage that is over at once. */
    private void notTried(BackendKey backend, String why) {
        if (lastProbes.of(backend).filter(probe -> probe.inARow() == NOT_TRIED_UNTIL_TOLD).isPresent()) {
            journal.tell("backend.notProbed", backend.toString(), "cause", why);
        }
    }

    /** Traffic learned something about a backend. */
    public void onEvidence(Evidence evidence) {
        event(now -> switch (evidence) {
            case Evidence.Connect(var backend, var cause, int inARow) -> book.onConnectFailed(backend, cause, inARow, now);
            case Evidence.Failures(var backend, var failures) -> book.onFailed(backend, failures, now);
        });
    }

    private void compare(String pool, Map<String, AnswerCounts> answersByBackend) {
        event(now -> book.onSweep(pool, answersByBackend, now));
    }

    private void event(Function<Moment, List<HealthEffect>> happened) {
        assert control.isHere() : "not on control";
        List<HealthEffect> effects = happened.apply(new Moment(System.nanoTime(), journal.clock().instant()));
        effects.forEach(this::act);
        if (effects.stream().anyMatch(HealthEffect.TierChanged.class::isInstance)) {
            keepTiers();
        }
        arm();
        countDrains();
    }

    private void act(HealthEffect effect) {
        switch (effect) {
            case HealthEffect.BackendChanged change -> changed(change);
            case HealthEffect.TierChanged(var pool, var from, var to, var reason, _) -> {
                journal.tell("pool.tier", pool, "from", from.text(), "to", to.text(), "cause", reason.text(), "causeCode", reason.code());
                changed.run();
            }
            case HealthEffect.QuorumChanged(var pool, var held, var weight, var rule, _) -> {
                journal.tell("pool.quorum", pool, "to", held ? "regained" : "lost", "cause",
                        "weight " + weight + " is in service, minimum " + rule.minimumWeight() + ", hysteresis " + rule.hysteresis());
                changed.run();
            }
            case HealthEffect.EjectionRefused refused -> refused(refused);
            case HealthEffect.WeightChanged _ -> changed.run();
            case HealthEffect.ProbeNow(var backend) -> probeNow.accept(backend);
        }
    }

    private void changed(HealthEffect.BackendChanged change) {
        counters.count(change);
        journal.tell("backend.state", change.backend().toString(), "from", change.from().text(), "to", change.to().text(), "cause",
                change.reason().text(), "causeCode", change.reason().code(), "by", change.by().text());
        changed.run();
        if (change.to() == BackendState.DRAINED) {
            drained.accept(change.backend());
        }
    }

    private void refused(HealthEffect.EjectionRefused refused) {
        counters.count(refused);
        journal.tell("backend.ejectionRefused", refused.backend().toString(), "cause", refused.reason().text(), "causeCode",
                refused.reason().code(), "limit", refused.limit().text());
    }

    private void arm() {
        OptionalLong next = book.nextTimerNanos();
        if (next.isEmpty() || (armed && armedNanos - next.getAsLong() <= 0)) {
            return;
        }
        armed = true;
        armedNanos = next.getAsLong();
        long due = armedNanos;
        control.after(Duration.ofNanos(Math.max(0, due - System.nanoTime())), () -> timer(due));
    }

    private void timer(long due) {
        if (armed && armedNanos == due) {
            armed = false;
            event(book::onTimer);
        }
    }

    private void countDrains() {
        if (!countingDrains && !book.draining().isEmpty()) {
            countingDrains = true;
            control.after(DRAIN_CHECK, this::findDrained);
        }
    }

    private void findDrained() {
        countingDrains = false;
        Map<BackendKey, BackendTraffic> now = traffic.get();
        for (BackendKey backend : book.draining()) {
            if (now.getOrDefault(backend, BackendTraffic.NONE).connections() == 0) {
                event(moment -> book.onConnectionsGone(backend, moment));
            }
        }
        countDrains();
    }
}
