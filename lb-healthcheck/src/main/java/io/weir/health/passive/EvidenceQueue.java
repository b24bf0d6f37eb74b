package io.weir.health.passive;

import io.weir.core.health.BackendKey;
import io.weir.core.health.EvidenceSink;
import io.weir.core.health.FailuresInARow;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/**
 * Brings evidence from event loops to {@code control}, which it wakes once for all that has gathered. Any thread may hand in; nobody ever
 * waits. What does not fit is dropped and counted: evidence that matters comes again.
 */
public final class EvidenceQueue implements EvidenceSink {
    public static final int CAPACITY = 4_096;

    private final MpscAtomicArrayQueue<Evidence> queue = new MpscAtomicArrayQueue<>(CAPACITY);
    private final AtomicBoolean woken = new AtomicBoolean();
    private final LongAdder dropped = new LongAdder();
    private final Executor control;
    private final Consumer<Evidence> reader;

    /**
     * @param control runs tasks on the one thread that reads
     * @param reader called there for each piece of evidence
     */
    public EvidenceQueue(Executor control, Consumer<Evidence> reader) {
        this.control = control;
        this.reader = reader;
    }

    @Override
    public void connectFailed(BackendKey backend, ConnectFailure cause, int inARow) {
        take(new Evidence.Connect(backend, cause, inARow));
    }

    @Override
    public void failed(BackendKey backend, FailuresInARow failures) {
        take(new Evidence.Failures(backend, failures));
    }

    private void take(Evidence evidence) {
        if (!queue.offer(evidence)) {
            dropped.increment();
        }
        wake();
    }

    private void wake() {
        if (woken.get() || !woken.compareAndSet(false, true)) {
            return;
        }
        try {
            control.execute(this::read);
        } catch (RejectedExecutionException shutDown) {
            woken.set(false);
        }
    }

    /** Reads no more at once than fits, so that other commands of {@code control} have their turn. */
    private void read() {
        woken.set(false); // before reading: what comes after the last read wakes again
        for (int i = 0; i < CAPACITY; i++) {
            Evidence evidence = queue.poll();
            if (evidence == null) {
                return;
            }
            reader.accept(evidence);
        }
        wake();
    }

    /** Pieces of evidence that found the queue full. */
    public long dropped() {
        return dropped.sum();
    }
}
