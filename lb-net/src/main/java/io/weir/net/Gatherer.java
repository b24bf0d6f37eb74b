package io.weir.net;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * The bulk directions of one loop that gather: of whose bytes the loop is told only when there are many. Confined to the loop. What
 * does not become many is moved at the end of the window in which nothing else was.
 */
final class Gatherer {
    private static final int ANY_BYTES = 1;

    private final Loop loop;

    private final SocketCalls calls;

    private final ArrayDeque<Splicer.Direction> gathering = new ArrayDeque<>();

    Gatherer(Loop loop, SocketCalls calls) {
        this.loop = loop;
        this.calls = calls;
    }

    /** Bytes of a direction have moved. */
    void moved(Splicer.Direction direction, int bytes) {
        if (direction.bulk().burst().moved(bytes, System.nanoTime())) {
            calls.tellOf(direction.sender(), BulkBurst.ENOUGH_BYTES);
            gathering.add(direction);
            if (gathering.size() == 1) {
                beginWindow();
            }
        }
    }

    private void beginWindow() {
        var _ = loop.eventLoop().schedule(this::endWindow, BulkBurst.WINDOW_NANOS, TimeUnit.NANOSECONDS);
    }

    private void endWindow() {
        for (int left = gathering.size(); left > 0; left--) {
            Splicer.Direction direction = gathering.remove();
            // The number of a closed descriptor may be another's already.
            if (direction.isOver()) {
                continue;
            }
            if (direction.bulk().burst().windowEnded()) {
                calls.tellOf(direction.sender(), ANY_BYTES);
            } else {
                gathering.add(direction);
            }
        }
        if (!gathering.isEmpty()) {
            beginWindow();
        }
    }
}
