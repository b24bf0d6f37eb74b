package io.weir.core.balance;

import io.weir.core.model.Percent;
import java.util.List;

/**
 * Maglev hashing with bounded loads: the candidate of the hash's slot, unless it has its share of what the loop has in flight, and more; then that of the
 * next slot whose candidate has room (Mirrokni, Thorup, Zadimoghaddam, "Consistent hashing with bounded loads", SODA 2018). Immutable, any thread.
 *
 * <p>The bound of a candidate is {@code bound * (total + 1) * weight / weights}, rounded up. Together the bounds are more than the total, so somebody
 * always has room.
 */
final class BoundedMaglev implements Balancer {
    private final MaglevTable table;
    /** By candidate: its part of what is in flight, times the bound. */
    private final double[] most;

    BoundedMaglev(List<Candidate> candidates, Percent bound) {
        table = new MaglevTable(candidates);
        double whole = candidates.stream().mapToInt(Candidate::weight).sum();
        most = candidates.stream().mapToDouble(candidate -> bound.fraction() * candidate.weight() / whole).toArray();
    }

    @Override
    public int pick(PickState state, long hash, long nowNanos) {
        LoadTotal load = state.total();
        int slot = (int) Long.remainderUnsigned(hash, MaglevTable.SLOTS);
        int candidate = table.candidate(slot);
        for (int step = 1; step < MaglevTable.SLOTS && !hasRoom(load, candidate); step++) {
            candidate = table.candidate((slot + step) % MaglevTable.SLOTS);
        }
        return candidate;
    }

    private boolean hasRoom(LoadTotal load, int candidate) {
        return load.of(candidate) < Math.ceil(most[candidate] * (load.total() + 1));
    }

    @Override
    public boolean usesHash() {
        return true;
    }
}
