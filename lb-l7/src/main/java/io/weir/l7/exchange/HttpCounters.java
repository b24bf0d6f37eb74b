package io.weir.l7.exchange;

import io.weir.core.limit.RefusalCounters;
import io.weir.core.telemetry.LoopCounter;
import io.weir.l7.guard.Verdict;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** What one listener counts on one loop: written there, read by any thread. */
public final class HttpCounters {
    private static final int STATUS_CLASSES = 6;

    final LoopCounter opened = new LoopCounter();
    final LoopCounter closed = new LoopCounter();
    final RefusalCounters refused = new RefusalCounters();
    final LoopCounter badProxyHeaders = new LoopCounter();
    final LoopCounter requests = new LoopCounter();
    final LoopCounter bytesIn = new LoopCounter();
    final LoopCounter bytesOut = new LoopCounter();
    final LoopCounter answered = new LoopCounter();
    final LoopCounter retries = new LoopCounter();
    final LoopCounter redispatches = new LoopCounter();
    final LoopCounter sorryPages = new LoopCounter();
    private final LoopCounter[] byStatusClass = counters(STATUS_CLASSES);
    private final LoopCounter[] byVerdict = counters(Verdict.values().length);
    private final LoopCounter[] byOwnAnswer = counters(OwnAnswer.all().size());
    private final Map<Cut, LoopCounter> byCut = new EnumMap<>(Cut.class);

    HttpCounters() {
        for (Cut cut : Cut.values()) {
            byCut.put(cut, new LoopCounter());
        }
    }

    /** Connections since the start. */
    public long opened() {
        return opened.get();
    }

    /** Connections now. */
    public long open() {
        return opened.get() - closed.get();
    }

    /** Connections that were closed at once, by the reason. */
    public RefusalCounters refused() {
        return refused;
    }

    /** Connections that were closed because their PROXY header was missing, malformed or late. */
    public long badProxyHeaders() {
        return badProxyHeaders.get();
    }

    /** Requests whose head was sound. */
    public long requests() {
        return requests.get();
    }

    /** Bytes read from clients. */
    public long bytesIn() {
        return bytesIn.get();
    }

    /** Bytes handed over to be sent to clients. */
    public long bytesOut() {
        return bytesOut.get();
    }

    /** Answers of backends that were passed on whole. */
    public long answered() {
        return answered.get();
    }

    /** Requests that were sent once more because their backend had hung up without a byte of an answer. */
    public long retries() {
        return retries.get();
    }

    /** Requests that went to another backend because one could not be connected. */
    public long redispatches() {
        return redispatches.get();
    }

    /** Requests that were answered with the sorry page of a pool without quorum. */
    public long sorryPages() {
        return sorryPages.get();
    }

    /** Answers to clients whose status begins with this digit, our own included. */
    public long statusClass(int firstDigit) {
        return byStatusClass[firstDigit].get();
    }

    /** Requests of which the guard said this; a body that proves malformed adds to what was said of its head. */
    @SuppressWarnings("EnumOrdinal") // an array of counters for every request
    public long judged(Verdict verdict) {
        return byVerdict[verdict.ordinal()].get();
    }

    public long own(OwnAnswer answer) {
        return byOwnAnswer[answer.index()].get();
    }

    public long cut(Cut cut) {
        return of(cut).get();
    }

    void countStatus(int status) {
        byStatusClass[status / 100].increment();
    }

    @SuppressWarnings("EnumOrdinal") // an array of counters for every request
    void count(Verdict verdict) {
        byVerdict[verdict.ordinal()].increment();
    }

    void count(OwnAnswer answer) {
        byOwnAnswer[answer.index()].increment();
        countStatus(answer.status());
    }

    void count(SorryPage page) {
        sorryPages.increment();
        countStatus(page.status());
    }

    void count(Cut cut) {
        of(cut).increment();
    }

    private LoopCounter of(Cut cut) {
        return Objects.requireNonNull(byCut.get(cut));
    }

    private static LoopCounter[] counters(int count) {
        LoopCounter[] counters = new LoopCounter[count];
        for (int i = 0; i < count; i++) {
            counters[i] = new LoopCounter();
        }
        return counters;
    }
}
