package io.weir.core.balance;

/** What a balancer keeps up to date while loads change. Confined to one loop. */
interface LoadWatch {
    void changed(int candidate, int newInFlight);
}
