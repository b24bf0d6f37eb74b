package io.weir.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.Seeded;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SourceLimitTest {
    @Test
    void eachSourceHasItsOwnCountWhateverOthersDo() {
        Seeded.rounds(20, random -> {
            int limit = random.nextInt(1, 5);
            SourceLimit sources = new SourceLimit(limit, random.nextLong());
            Map<Integer, ArrayDeque<Integer>> slotsBySource = new HashMap<>();
            for (int step = 0; step < 5000; step++) {
                int source = random.nextInt(50);
                ArrayDeque<Integer> slots = slotsBySource.computeIfAbsent(source, _ -> new ArrayDeque<>());
                if (random.nextBoolean()) {
                    int slot = sources.tryAcquire(address(source));
                    assertThat(slot == SourceLimit.FULL).isEqualTo(slots.size() == limit);
                    if (slot != SourceLimit.FULL) {
                        slots.add(slot);
                    }
                } else if (!slots.isEmpty()) {
                    sources.release(slots.remove());
                }
            }
            assertThat(sources.uncounted()).isZero();
        });
    }

    @Test
    void aSourceThatHadAllGetsNoneUntilAFewAreLeft() {
        Seeded.rounds(20, random -> {
            int limit = random.nextInt(2, 6);
            int resumeAt = random.nextInt(limit);
            SourceLimit sources = new SourceLimit(limit, random.nextLong());
            sources.limit(limit, resumeAt);
            boolean[] shut = new boolean[20];
            Map<Integer, ArrayDeque<Integer>> slotsBySource = new HashMap<>();
            for (int step = 0; step < 5000; step++) {
                int source = random.nextInt(shut.length);
                ArrayDeque<Integer> slots = slotsBySource.computeIfAbsent(source, _ -> new ArrayDeque<>());
                if (random.nextInt(3) > 0) {
                    int slot = sources.tryAcquire(address(source));
                    shut[source] &= slots.size() > resumeAt;
                    assertThat(slot == SourceLimit.FULL).isEqualTo(shut[source]);
                    if (slot != SourceLimit.FULL) {
                        slots.add(slot);
                        shut[source] = slots.size() == limit;
                    }
                } else if (!slots.isEmpty()) {
                    sources.release(slots.remove());
                }
            }
        });
    }

    @Test
    void aTableFullOfOthersLetsANewSourcePassAndCountsThat() {
        SourceLimit sources = new SourceLimit(1, 7, 1);
        List<Integer> slots = new ArrayList<>();
        for (int source = 0; source < 16; source++) {
            slots.add(sources.tryAcquire(address(source)));
        }

        assertThat(sources.tryAcquire(address(16))).isEqualTo(SourceLimit.UNCOUNTED);
        assertThat(sources.tryAcquire(address(3))).isEqualTo(SourceLimit.FULL);
        assertThat(sources.uncounted()).isEqualTo(1);
        sources.release(SourceLimit.UNCOUNTED);
        sources.release(slots.getFirst());
        assertThat(sources.tryAcquire(address(16))).isNotNegative();
    }

    @Test
    void aLowerLimitKeepsWhatIsOpen() {
        SourceLimit sources = new SourceLimit(2, 7);
        int first = sources.tryAcquire(address(1));
        int second = sources.tryAcquire(address(1));

        sources.limit(1, 0);

        sources.release(first);
        assertThat(sources.tryAcquire(address(1))).isEqualTo(SourceLimit.FULL);
        sources.release(second);
        assertThat(sources.tryAcquire(address(1))).isNotNegative();
    }

    /** One source, all loops: its word is one and exact. */
    @Test
    void loopsThatShareASourceNeverHaveMoreOfItThanItsLimit() throws Exception {
        SourceLimit sources = new SourceLimit(3, 7);
        var open = new java.util.concurrent.atomic.AtomicInteger();
        List<Callable<Integer>> loops = new ArrayList<>();
        for (int loop = 0; loop < 4; loop++) {
            long seed = loop;
            loops.add(() -> {
                RandomGenerator random = Seeded.generator(seed);
                int most = 0;
                for (int step = 0; step < 50_000; step++) {
                    int slot = sources.tryAcquire(address(1));
                    if (slot >= 0) {
                        most = Math.max(most, open.incrementAndGet());
                        if (random.nextInt(8) == 0) {
                            Thread.onSpinWait();
                        }
                        open.decrementAndGet();
                        sources.release(slot);
                    }
                }
                return most;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(loops.size())) {
            for (Future<Integer> most : threads.invokeAll(loops)) {
                assertThat(most.get()).isLessThanOrEqualTo(3);
            }
        }
        assertThat(sources.tryAcquire(address(1))).isNotNegative();
    }

    /** Many sources in one bucket: words change hands all the time, and nothing is left when all are gone. */
    @Test
    void whatLoopsTookAndGaveBackIsFreeAgain() throws Exception {
        SourceLimit sources = new SourceLimit(2, 7, 1);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Void>> loops = new ArrayList<>();
            for (int loop = 0; loop < 4; loop++) {
                long seed = loop;
                loops.add(() -> {
                    RandomGenerator random = Seeded.generator(seed);
                    ArrayDeque<Integer> slots = new ArrayDeque<>();
                    for (int step = 0; step < 50_000; step++) {
                        int slot = sources.tryAcquire(address(random.nextInt(20)));
                        if (slot != SourceLimit.FULL) {
                            slots.add(slot);
                        }
                        if (slots.size() > 3) {
                            sources.release(slots.remove());
                        }
                    }
                    slots.forEach(sources::release);
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(loops)) {
                done.get();
            }
        }
        for (int source = 100; source < 116; source++) {
            assertThat(sources.tryAcquire(address(source))).isNotNegative();
        }
    }

    private static InetAddress address(int source) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, (byte) (source >> 8), (byte) source});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
