package io.weir.core.balance;

import java.util.SplittableRandom;

/**
 * Knows which candidate has the least (in flight + 1) / weight, while loads change. Confined to one loop.
 *
 * <p>A tournament in an array: node i has the children 2i and 2i + 1, candidate c is leaf n + c, each node holds the winner of its two children
 * and node 1 that of all. A change of one candidate plays again the matches on its way up, log2 n of them, fewer when it neither held nor takes a
 * node. A tie goes to whoever was picked longer ago, which makes equals take turns; the first order of equals is random, so that loops and nodes do not
 * herd.
 */
final class LoadRanking implements LoadWatch {
    private static final int FIRST_TURN = 1 << 30;

    private final int[] weights;
    private final boolean idleFirst;
    private final int[] inFlight;
    private final int[] lastTurn;
    private final int[] winner;
    private int turn = FIRST_TURN;

    /** @param idleFirst whether a candidate with nothing in flight wins against any that has something */
    LoadRanking(int[] weights, boolean idleFirst, LoopBackend[] backends, SplittableRandom random) {
        int n = backends.length;
        this.weights = weights;
        this.idleFirst = idleFirst;
        this.inFlight = new int[n];
        this.lastTurn = new int[n];
        this.winner = new int[2 * n];
        for (int i = 0; i < n; i++) {
            inFlight[i] = backends[i].inFlight();
            lastTurn[i] = random.nextInt(FIRST_TURN);
            winner[n + i] = i;
        }
        for (int node = n - 1; node > 0; node--) {
            winner[node] = better(winner[2 * node], winner[2 * node + 1]);
        }
    }

    /** The best candidate, which now goes behind its equals. */
    int take() {
        int best = winner[1];
        lastTurn[best] = ++turn;
        playAgain(best);
        return best;
    }

    @Override
    public void changed(int candidate, int newInFlight) {
        inFlight[candidate] = newInFlight;
        playAgain(candidate);
    }

    private void playAgain(int candidate) {
        for (int node = (inFlight.length + candidate) >> 1; node > 0; node >>= 1) {
            int before = winner[node];
            int now = better(winner[2 * node], winner[2 * node + 1]);
            winner[node] = now;
            if (before != candidate && now != candidate) {
                return;
            }
        }
    }

    private int better(int a, int b) {
        if (idleFirst && (inFlight[a] == 0) != (inFlight[b] == 0)) {
            return inFlight[a] == 0 ? a : b;
        }
        long loadA = (inFlight[a] + 1L) * weights[b];
        long loadB = (inFlight[b] + 1L) * weights[a];
        if (loadA != loadB) {
            return loadA < loadB ? a : b;
        }
        return lastTurn[a] - lastTurn[b] <= 0 ? a : b; // a difference, so that the count of turns may wrap around
    }
}
