package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The pipes of a loop, on one. */
final class PipePoolIT {
    @BeforeAll
    static void needsLinux() {
        assumeThat(Transport.EPOLL.unavailable()).isEmpty();
    }

    private static void onALoop(Consumer<Loop> test) {
        try (EventLoops loops = EventLoops.start(Transport.NIO, 1)) {
            Loop loop = loops.traffic().getFirst();
            var done = new CompletableFuture<Void>();
            loop.run(() -> {
                try {
                    test.accept(loop);
                    done.complete(null);
                } catch (Throwable failure) {
                    done.completeExceptionally(failure);
                }
            });
            done.join();
        }
    }

    private static PipePool pool(Loop loop) {
        return new PipePool(loop, new PipeCalls(Arena.ofAuto()));
    }

    @Test
    void aPipeThatComesBackEmptyIsUsedAgain() {
        onALoop(loop -> {
            PipePool pool = pool(loop);
            Pipe first = pool.take();
            assertThat(first).isNotNull();
            assertThat(loop.pipeCounts().inUse().get()).isOne();
            first.release();
            assertThat(pool.take()).isSameAs(first);
            assertThat(loop.pipeCounts().open().get()).isOne();
            first.release();
            pool.close();
            assertThat(loop.pipeCounts().open().get()).isZero();
        });
    }

    @Test
    void aLoopHasSoManyPipesAndThenCountsWhatHadToBeCopied() {
        onALoop(loop -> {
            PipePool pool = pool(loop);
            List<Pipe> taken = new ArrayList<>();
            for (Pipe pipe = pool.take(); pipe != null; pipe = pool.take()) {
                taken.add(pipe);
            }
            // Fewer for a user without rights: pipe(7), pipe-user-pages-soft.
            assertThat(taken).hasSizeBetween(PipePool.MOST_SPARE + 1, PipePool.MOST);
            assertThat(pool.take()).isNull();
            assertThat(loop.pipeCounts().shortages().get()).isEqualTo(2);

            taken.forEach(Pipe::release);
            assertThat(loop.pipeCounts().inUse().get()).isZero();
            assertThat(loop.pipeCounts().open().get()).isEqualTo(PipePool.MOST_SPARE);
            pool.close();
        });
    }
}
