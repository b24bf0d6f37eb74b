package io.weir.core.balance;

/** What all candidates of one loop have in flight together. Confined to the loop. */
final class LoadTotal implements LoadWatch {
    private final int[] inFlight;
    private long total;

    LoadTotal(LoopBackend[] backends) {
        inFlight = new int[backends.length];
        for (int i = 0; i < backends.length; i++) {
            changed(i, backends[i].inFlight());
        }
    }

    @Override
    public void changed(int candidate, int newInFlight) {
        total += newInFlight - inFlight[candidate];
        inFlight[candidate] = newInFlight;
    }

    long total() {
        return total;
    }

    int of(int candidate) {
        return inFlight[candidate];
    }
}
