package io.weir.core.balance;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Consistent hashing by a table of slots (Eisenbud et al., "Maglev: A fast and reliable software network load balancer", NSDI 2016, section 3.4).
 * Immutable, any thread.
 *
 * <p>Each candidate prefers the slots in an order of its own, a permutation made from two hashes of its name: slot k of it is
 * (offset + k * skip) mod M, and M is prime, so every slot occurs. Candidates take turns, and at a turn take the first slot of their order that is free,
 * until none is. Equal candidates so have equal shares, give or take one slot; and as the orders do not depend on who else is there, a candidate that goes
 * leaves most slots of the others where they were.
 *
 * <p>Weights: after round r a candidate has had r * weight / heaviest turns, rounded to the nearest whole number, so that shares are in proportion to
 * weights: off by 1.5 slots and 1.5 N/M of the share at the very most, for N candidates. Turns go in the order of names: the table depends on names and weights alone, never on the order of the
 * configuration, and all nodes agree on it. Tests pin it: a change of this class that moves a slot breaks connections when nodes are upgraded one by one.
 */
final class MaglevTable implements Balancer {
    /** The small table size of the paper: prime, and at least 100 slots each for 655 candidates. */
    static final int SLOTS = 65_537;

    private static final int FREE = -1;

    private final int[] candidateBySlot;

    MaglevTable(List<Candidate> candidates) {
        this.candidateBySlot = fill(candidates);
    }

    @Override
    public int pick(PickState state, long hash, long nowNanos) {
        return candidateBySlot[(int) Long.remainderUnsigned(hash, SLOTS)];
    }

    @Override
    public boolean usesHash() {
        return true;
    }

    /** Whose the slot is. */
    int candidate(int slot) {
        return candidateBySlot[slot];
    }

    private static int[] fill(List<Candidate> candidates) {
        int heaviest = candidates.stream().mapToInt(Candidate::weight).max().orElseThrow();
        Preference[] turnOrder = turnOrder(candidates, heaviest);
        int[] table = new int[SLOTS];
        Arrays.fill(table, FREE);
        int filled = 0;
        while (true) {
            for (Preference preference : turnOrder) {
                if (preference.hasTurn(2 * heaviest)) {
                    table[preference.nextFree(table)] = preference.candidate;
                    if (++filled == SLOTS) {
                        return table;
                    }
                }
            }
        }
    }

    private static Preference[] turnOrder(List<Candidate> candidates, int heaviest) {
        Preference[] order = new Preference[candidates.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = new Preference(i, candidates.get(i), heaviest);
        }
        Arrays.sort(order, Comparator.comparing((Preference preference) -> preference.name));
        return order;
    }

    /** One candidate's walk through its own order of the slots. */
    private static final class Preference {
        private final int candidate;
        private final String name;
        private final int weight;
        private final int skip;
        private int slot;
        /** What is left of earlier rounds, where a turn is worth twice the heaviest weight; the half of one at the start makes it round. */
        private int credit;

        Preference(int index, Candidate candidate, int heaviest) {
            this.candidate = index;
            this.name = candidate.name();
            this.weight = candidate.weight();
            this.slot = (int) Long.remainderUnsigned(FlowHash.text(name, 0), SLOTS);
            this.credit = heaviest;
            this.skip = (int) Long.remainderUnsigned(FlowHash.text(name, 1), SLOTS - 1) + 1;
        }

        boolean hasTurn(int price) {
            credit += 2 * weight;
            if (credit < price) {
                return false;
            }
            credit -= price;
            return true;
        }

        int nextFree(int[] table) {
            while (table[slot] != FREE) {
                advance();
            }
            int free = slot;
            advance();
            return free;
        }

        private void advance() {
            slot += skip;
            if (slot >= SLOTS) {
                slot -= SLOTS;
            }
        }
    }
}
