package io.weir.l7.loop;

import io.weir.l7.head.HeadLimits;
import io.weir.l7.head.HeadScanner;
import java.util.ArrayDeque;
import java.util.function.Supplier;

/** Lends scanners to the connections of one loop, each for one head; a head in pieces keeps its scanner. Confined to it. */
public final class Scanners {
    private static final int MAX_SPARE = 16;
    /** A scanner that had to grow further is dropped. */
    private static final int MAX_SPARE_BYTES = 16 * 1024;

    private final Supplier<HeadScanner> maker;
    private final ArrayDeque<HeadScanner> spare = new ArrayDeque<>(MAX_SPARE);

    Scanners(Supplier<HeadScanner> maker) {
        this.maker = maker;
    }

    public HeadScanner take(HeadLimits limits) {
        HeadScanner scanner = spare.pollFirst();
        if (scanner == null) {
            scanner = maker.get();
        }
        scanner.reset(limits);
        return scanner;
    }

    /** Ends the loan; the head that was scanned must not be used any more. */
    public void giveBack(HeadScanner scanner) {
        if (spare.size() < MAX_SPARE && scanner.head().bytes().length <= MAX_SPARE_BYTES) {
            spare.addFirst(scanner);
        }
    }
}
