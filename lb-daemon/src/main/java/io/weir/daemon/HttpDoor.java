package io.weir.daemon;

import io.weir.core.limit.RefusalCounters;
import io.weir.daemon.control.Door;
import io.weir.l7.exchange.Cut;
import io.weir.l7.exchange.HttpCounters;
import io.weir.l7.exchange.OwnAnswer;
import io.weir.l7.guard.Framing;
import io.weir.l7.guard.Verdict;
import io.weir.l7.listener.HttpListener;
import io.weir.net.ListeningSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** The door of an HTTP listener. Any thread. */
record HttpDoor(HttpListener listener) implements Door {
    /**
     * How long connections without a request may still send one, which is answered as their last one. Closed at once they would take with
     * them what is on its way here.
     */
    private static final Duration LAST_REQUEST = Duration.ofSeconds(1);

    @Override
    public InetSocketAddress address() {
        return listener.address();
    }

    @Override
    public Traffic traffic() {
        return new Traffic(listener.open(), sum(HttpCounters::opened), refused(), sum(HttpCounters::requests),
                sum(HttpCounters::bytesIn), sum(HttpCounters::bytesOut), 0, answers(), ends(), framing(),
                sum(HttpCounters::redispatches), sum(HttpCounters::retries));
    }

    private Map<String, Long> refused() {
        return RefusalCounters.sums(listener.counters().stream().map(HttpCounters::refused).toList());
    }

    private Map<String, Long> answers() {
        Map<String, Long> answers = new HashMap<>();
        for (int firstDigit = 1; firstDigit <= 5; firstDigit++) {
            int digit = firstDigit;
            answers.put(digit + "xx", sum(counters -> counters.statusClass(digit)));
        }
        return answers;
    }

    private Map<String, Long> framing() {
        Map<String, Long> framing = new HashMap<>();
        for (Verdict verdict : Verdict.values()) {
            String text = verdict.framing() == Framing.COMPLIANT ? "" : ": " + verdict.reason();
            framing.merge(verdict.framing().text() + text, sum(counters -> counters.judged(verdict)), Long::sum);
        }
        return framing;
    }

    private Map<String, Long> ends() {
        Map<String, Long> ends = new HashMap<>();
        OwnAnswer.all().forEach(answer -> ends.merge(answer.side().text() + ": " + answer.reason(), sum(c -> c.own(answer)), Long::sum));
        for (Cut cut : Cut.values()) {
            ends.merge("cut: " + cut.text(), sum(c -> c.cut(cut)), Long::sum);
        }
        ends.put("weir: the pool has lost its quorum", sum(HttpCounters::sorryPages));
        ends.put("cut: bad PROXY header", sum(HttpCounters::badProxyHeaders));
        return ends;
    }

    private long sum(ToLongFunction<HttpCounters> counter) {
        return listener.counters().stream().mapToLong(counter).sum();
    }

    @Override
    public List<ListeningSocket> sockets() {
        return listener.sockets();
    }

    @Override
    public CompletableFuture<Void> close(Duration grace) {
        CompletableFuture<Void> closed = listener.stopAccepting();
        if (grace.isZero()) {
            listener.closeConnections();
        } else {
            listener.announceEnd();
            after(LAST_REQUEST, listener::drain);
            after(grace, listener::closeConnections);
        }
        return closed;
    }

    private static void after(Duration delay, Runnable action) {
        CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS).execute(action);
    }
}
