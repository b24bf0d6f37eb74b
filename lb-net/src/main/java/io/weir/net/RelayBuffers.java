package io.weir.net;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The buffers of one loop's relays: 8 MiB in small and 8 in large ones are kept, made when they are first wanted. The last
 * one that came back goes out first, for it is in the processor's cache. Confined to the loop.
 */
final class RelayBuffers {
    static final int SMALL = 16 << 10;

    static final int LARGE = 256 << 10;

    private static final int KEPT_BYTES = 8 << 20;

    private final Kept small;

    private final Kept large;

    private int borrowed;

    RelayBuffers(Arena arena) {
        small = new Kept(arena, SMALL);
        large = new Kept(arena, LARGE);
    }

    /** A buffer that may be held as long as it takes; null if all are held. */
    @Nullable
    RelayBuffer small() {
        return small.take();
    }

    /** A buffer for bytes that are there, and so for a short time, unless their receiver takes none. */
    RelayBuffer smallNow() {
        RelayBuffer kept = small.take();
        return kept == null ? borrow(SMALL) : kept;
    }

    /** A buffer for so many bytes of ours, and some of the client's behind them. */
    RelayBuffer forFirst(int bytes) {
        return bytes <= SMALL / 2 ? smallNow() : borrow(bytes + SMALL);
    }

    private RelayBuffer borrow(int bytes) {
        borrowed++;
        return RelayBuffer.borrowed(bytes);
    }

    /** A buffer for a connection that moves much; null if all are in use. */
    @Nullable
    RelayBuffer large() {
        return large.take();
    }

    void giveBack(RelayBuffer buffer) {
        if (buffer.isBorrowed()) {
            borrowed--;
            buffer.free();
        } else {
            (buffer.bytes() == SMALL ? small : large).free.push(buffer);
        }
    }

    /** How many are not here. */
    int held() {
        return small.held() + large.held() + borrowed;
    }

    /** Buffers of one size. */
    private static final class Kept {
        private final Arena arena;

        private final int bytes;

        private final ArrayDeque<RelayBuffer> free = new ArrayDeque<>();

        private int made;

        Kept(Arena arena, int bytes) {
            this.arena = arena;
            this.bytes = bytes;
        }

        int held() {
            return made - free.size();
        }

        @Nullable
        RelayBuffer take() {
            RelayBuffer last = free.poll();
            if (last == null && made < KEPT_BYTES / bytes) {
                made++;
                return RelayBuffer.kept(arena, bytes);
            }
            return last;
        }
    }
}
