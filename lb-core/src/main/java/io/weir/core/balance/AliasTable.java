package io.weir.core.balance;

import java.util.SplittableRandom;

/**
 * Draws indexes with probabilities in proportion to their weights, in constant time (Walker's alias method, built as Vose 1991 shows). Immutable,
 * any thread.
 *
 * <p>Every index owns one of n equal cells; what its weight lacks of a cell's worth is given to one other index, its alias. A draw takes a cell, and
 * of the two in it the owner with the owner's share, kept as 31 bits: no probability is off by more than 2^-31.
 */
final class AliasTable {
    private static final long WHOLE = 1L << 63;

    /** Owner's share in units of 2^-31 above, alias below. */
    final long[] cells;

    AliasTable(int[] weights) {
        int n = weights.length;
        long total = 0;
        long[] left = new long[n]; // of each weight, in units in which a full cell is worth `total`
        for (int i = 0; i < n; i++) {
            total += weights[i];
            left[i] = (long) weights[i] * n;
        }
        this.cells = cells(left, total);
    }

    private static long[] cells(long[] left, long total) {
        int n = left.length;
        long[] cells = new long[n];
        int[] waiting = new int[n]; // those below a cell's worth from the front, the others from the back
        int small = 0;
        int large = n;
        for (int i = 0; i < n; i++) {
            waiting[left[i] < total ? small++ : --large] = i;
        }
        while (small > 0 && large < n) {
            int owner = waiting[--small];
            int alias = waiting[large];
            cells[owner] = (((left[owner] << 31) / total) << 32) | alias;
            left[alias] -= total - left[owner];
            if (left[alias] < total) {
                large++;
                waiting[small++] = alias;
            }
        }
        while (large < n) {
            int owner = waiting[large++];
            cells[owner] = WHOLE | owner;
        }
        return cells;
    }

    /** An index, with probability weight / total. */
    int draw(SplittableRandom random) {
        long bits = random.nextLong();
        int owner = (int) (((bits >>> 32) * cells.length) >>> 32);
        long cell = cells[owner];
        return (bits & Integer.MAX_VALUE) < (cell >>> 32) ? owner : (int) cell;
    }

    /** An index other than {@code first}, by weight but for the rare draw that repeats it. The table has at least two. */
    int drawOther(int first, SplittableRandom random) {
        int second = draw(random);
        if (second != first) {
            return second;
        }
        int step = first + 1 + random.nextInt(cells.length - 1);
        return step < cells.length ? step : step - cells.length;
    }
}
