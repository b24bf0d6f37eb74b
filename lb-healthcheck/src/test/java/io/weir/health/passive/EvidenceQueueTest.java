package io.weir.health.passive;

import static io.weir.health.TestPools.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.core.health.FailuresInARow;
import io.weir.core.health.TrafficFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvidenceQueueTest {
    private final Queue<Runnable> control = new ArrayDeque<>();
    private final List<Evidence> read = new ArrayList<>();
    private final EvidenceQueue queue = new EvidenceQueue(control::add, read::add);

    private void fail(int count) {
        IntStream.rangeClosed(1, count).forEach(i -> queue.connectFailed(key("a"), ConnectFailure.REFUSED, i));
    }

    @Test
    void wakesControlOnceForABatch() {
        fail(3);

        assertThat(control).hasSize(1);
        control.remove().run();
        assertThat(read).extracting(evidence -> ((Evidence.Connect) evidence).inARow()).containsExactly(1, 2, 3);

        fail(1);
        assertThat(control).hasSize(1);
    }

    @Test
    void bringsFailuresInTheOrderInWhichTheyCame() {
        var failures = new FailuresInARow(TrafficFailure.RESET, 1, 2, 3);

        fail(1);
        queue.failed(key("a"), failures);
        control.remove().run();

        assertThat(read).containsExactly(new Evidence.Connect(key("a"), ConnectFailure.REFUSED, 1),
                new Evidence.Failures(key("a"), failures));
    }

    @Test
    void dropsAndCountsWhatDoesNotFit() {
        fail(EvidenceQueue.CAPACITY + 5);

        assertThat(queue.dropped()).isEqualTo(5);
        control.remove().run();
        assertThat(read).hasSize(EvidenceQueue.CAPACITY);
    }

    @Test
    void aControlThatIsGoneDoesNotHurtTheLoops() {
        var orphan = new EvidenceQueue(_ -> {
            throw new RejectedExecutionException("shut down");
        }, read::add);

        orphan.connectFailed(key("a"), ConnectFailure.TIMED_OUT, 1);

        assertThat(read).isEmpty();
    }

    @Test
    void nothingIsLostUncountedBetweenManyLoopsAndControl() {
        int loops = 4;
        int each = 20_000;
        var count = new AtomicLong();
        try (ExecutorService one = Executors.newSingleThreadExecutor(); ExecutorService many = Executors.newFixedThreadPool(loops)) {
            var shared = new EvidenceQueue(one, _ -> count.incrementAndGet());

            for (int loop = 0; loop < loops; loop++) {
                many.execute(() -> IntStream.rangeClosed(1, each)
                    .forEach(i -> shared.connectFailed(key("a"), ConnectFailure.REFUSED, i)));
            }

            await().untilAsserted(() -> assertThat(count.get() + shared.dropped()).isEqualTo((long) loops * each));
        }
    }
}
