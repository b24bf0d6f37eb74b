package io.weir.l7.loop;

import io.weir.core.telemetry.LoopCounter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the connections of one loop hold in memory because a peer is slow: bytes on their way that nobody takes, heads and
 * requests that are not complete. Confined to the loop; {@link #bytes} may be read by any thread.
 *
 * <p>A connection's part is bounded by its own limits. All together have a budget: who exceeds it makes those that have held
 * the most for the longest give theirs back, until a tenth of the budget is free, so that the list is not sorted for each.
 */
public final class HeldMemory {
    private static final Comparator<Part> WORST_FIRST = Comparator.comparingLong(Part::byteTicks).reversed();

    private final long budget;
    private final LoopCounter bytes = new LoopCounter();
    private final List<Part> parts = new ArrayList<>();
    private long tick;
    private boolean evicting;

    /** @param budget bytes that all connections of the loop may hold together */
    public HeldMemory(long budget) {
        this.budget = budget;
    }

    /** One connection's part. */
    public abstract static class Part {
        private long bytes;
        private long sinceTick;
        private long byteTicks;
        private int index;

        /** Gives everything back now: the connection ends. */
        protected abstract void evict();

        private long byteTicks() {
            return byteTicks;
        }
    }

    /** Bytes that are held now. */
    public long bytes() {
        return bytes.get();
    }

    /** A part is found to be of this size; 0 when nothing is held any longer. Others, and this one too, may be evicted before this returns. */
    public void hold(Part part, long size, long nowTick) {
        tick = nowTick;
        bytes.add(size - part.bytes);
        if (part.bytes == 0 && size > 0) {
            part.index = parts.size();
            part.sinceTick = nowTick;
            parts.add(part);
        } else if (part.bytes > 0 && size == 0) {
            remove(part);
        }
        part.bytes = size;
        if (bytes.get() > budget && !evicting) {
            evict();
        }
    }

    private void remove(Part part) {
        Part last = parts.removeLast();
        if (last.index != part.index) {
            parts.set(part.index, last);
            last.index = part.index;
        }
    }

    private void evict() {
        evicting = true;
        List<Part> worstFirst = new ArrayList<>(parts);
        worstFirst.forEach(part -> part.byteTicks = part.bytes * (1 + tick - part.sinceTick));
        worstFirst.sort(WORST_FIRST);
        for (Part worst : worstFirst) {
            if (bytes.get() <= budget - budget / 10) {
                break;
            }
            hold(worst, 0, tick);
            worst.evict();
        }
        evicting = false;
    }
}
