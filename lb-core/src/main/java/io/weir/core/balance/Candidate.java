package io.weir.core.balance;

/**
 * One member that a balancer may pick.
 *
 * @param name stable for as long as the member is the same server; consistent hashing depends on nothing else
 * @param weight 1..100; a member of weight 0 is no candidate
 */
public record Candidate(String name, int weight) {
    public Candidate {
        if (weight < 1) {
            throw new IllegalArgumentException("weight of candidate " + name + " is " + weight + ", want 1 or more");
        }
    }
}
