package io.weir.core.balance;

import io.weir.core.affinity.Target;
import io.weir.core.health.AnswerCounts;
import io.weir.core.health.BackendKey;
import io.weir.core.health.EvidenceSink;
import io.weir.core.health.FailuresInARow;
import io.weir.core.health.TrafficFailure;
import io.weir.core.limit.Cap;
import io.weir.core.model.OutlierDetection;
import io.weir.core.telemetry.LoopCounter;
import java.net.InetSocketAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One backend as one event loop knows it: what is in flight, how fast it answers, what failed. Confined to its loop, but for the counters,
 * which any thread may read. It outlives snapshots: it is the same object for as long as the backend keeps name, address and cap.
 */
public final class LoopBackend {
    private final Target target;
    private final Cap cap;
    private final LoopCounter opened = new LoopCounter();
    private final LoopCounter closed = new LoopCounter();
    private final LoopCounter connectFailures = new LoopCounter();
    private final LoopCounter answers = new LoopCounter();
    private final LoopCounter errors = new LoopCounter();
    private final LoopCounter latencyNanos = new LoopCounter();
    private final PeakEwmaCost cost = new PeakEwmaCost();
    private final FailureCounts failures = new FailureCounts();
    private int connectFailuresInARow;
    private boolean current = true;
    private @Nullable Object attachment;
    /** Where this backend is a candidate by load; null where its balancer does not ask. */
    private @Nullable LoadWatch watch;
    private int candidate;

    public LoopBackend(BackendKey key, InetSocketAddress address, Cap cap) {
        this.target = new Target(key, address);
        this.cap = cap;
    }

    public BackendKey key() {
        return target.backend();
    }

    public InetSocketAddress address() {
        return target.address();
    }

    /** As affinity tables name it: one object for all their entries. */
    public Target target() {
        return target;
    }

    /** Counts one more connection (L4) or request (L7) in flight; false, and nothing counted, when the backend is at its cap. */
    public boolean tryOpen() {
        if (!cap.tryAcquire()) {
            return false;
        }
        opened.increment();
        tellLoad();
        return true;
    }

    /** Ends what {@link #tryOpen} began. */
    public void close() {
        assert inFlight() > 0 : key() + " closed more often than opened";
        closed.increment();
        cap.release();
        tellLoad();
    }

    /** In flight on this loop. */
    public int inFlight() {
        return (int) (opened.get() - closed.get());
    }

    /** In flight on all loops; always 0 where the backend's cap does not count. */
    public int inUse() {
        return cap.open();
    }

    /** Connections or requests since the loop first saw the backend. */
    public long opened() {
        return opened.get();
    }

    public void connectSucceeded() {
        connectFailuresInARow = 0;
    }

    /** The rules by which {@link #failed} tells; null: it tells nothing. */
    public void watch(@Nullable OutlierDetection rules) {
        failures.thresholds(rules);
    }

    /** Counts a failure of traffic, and tells {@code evidence} when a threshold is reached. A retired backend is nobody's any more. */
    public void failed(TrafficFailure how, EvidenceSink evidence) {
        FailuresInARow news = failures.failed(how);
        if (news != null && current) {
            evidence.failed(key(), news);
        }
    }

    /** The backend has answered well: its failures are no longer in a row. */
    public void succeeded() {
        failures.succeeded();
    }

    /** Returns how many have now failed without a success between. */
    public int connectFailed() {
        connectFailures.increment();
        return ++connectFailuresInARow;
    }

    public long connectFailures() {
        return connectFailures.get();
    }

    /**
     * Counts one answer, or one request that ended without.
     *
     * @param error an answer 5xx, or none for a fault of the backend
     * @param latency from request to answer, in nanoseconds
     */
    public void answered(boolean error, long latency) {
        answers.increment();
        if (error) {
            errors.increment();
        }
        latencyNanos.add(latency);
    }

    /** Since the loop first saw the backend; any thread, its parts a moment apart. */
    public AnswerCounts answers() {
        return new AnswerCounts(answers.get(), errors.get(), latencyNanos.get());
    }

    /** What an answer or a handshake from this backend costs lately. */
    public PeakEwmaCost cost() {
        return cost;
    }

    /** False once the configuration has dropped the backend or moved it: open what must live on, pool nothing. */
    public boolean current() {
        return current;
    }

    /** Whether this is still the configured server: one that moved, or whose cap came or went, is another. */
    public boolean stands(InetSocketAddress configured, Cap configuredCap) {
        return address().equals(configured) && cap == configuredCap;
    }

    public void retire() {
        current = false;
    }

    /** What a data plane keeps for this backend on this loop, such as its idle connections; made at the first call. */
    @SuppressWarnings("unchecked")
    public <T> T attachment(Function<LoopBackend, T> make) {
        if (attachment == null) {
            attachment = make.apply(this);
        }
        return (T) attachment;
    }

    void join(LoadWatch newWatch, int asCandidate) {
        watch = newWatch;
        candidate = asCandidate;
    }

    /** Does nothing if another one has taken the backend over. */
    @SuppressWarnings("ReferenceEquality") // a watch is itself alone
    void leave(LoadWatch oldWatch) {
        if (watch == oldWatch) {
            watch = null;
        }
    }

    private void tellLoad() {
        if (watch != null) {
            watch.changed(candidate, inFlight());
        }
    }
}
