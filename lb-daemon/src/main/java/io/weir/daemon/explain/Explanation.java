package io.weir.daemon.explain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a connection or request would go now, station by station. A value, in the words that users see.
 *
 * @param rule what of the listener takes it
 * @param pools the one that the rule names and, where that has none to give and names another, that one
 * @param pick who gets it, of the last of {@code pools}
 * @param notes what keeps it from getting there, or the answer from being exact
 */
public record Explanation(String listener, String protocol, Rule rule, List<PoolStation> pools, Pick pick, List<String> notes) {
    public Explanation {
        pools = List.copyOf(pools);
        notes = List.copyOf(notes);
    }

    /**
     * What names the pool.
     *
     * @param route empty: none matches or the listener has none
     * @param pool empty: nothing takes the request
     */
    public record Rule(Optional<String> route, Optional<String> pool, String why) {}

    /**
     * A pool with all that decides who of it is picked.
     *
     * @param returnsAt when traffic goes home by itself if nothing happens before
     * @param quorumWeight what is in service
     * @param nodeZone where this node stands, which {@code locality} is about
     * @param how the algorithm chooses
     * @param affinity where sources stay; empty: anywhere
     * @param hash what it is given of this connection, in hexadecimal; empty where it hashes nothing or not enough is known
     */
    public record PoolStation(String pool, String mode, String modeCause, String activeTier, String tierCause, Optional<Instant> tierSince,
            Optional<Instant> returnsAt, boolean quorum, int quorumWeight, int minimumWeight, String locality, Optional<String> nodeZone,
            String algorithm, String how, Optional<Stay> affinity, Optional<String> hash, List<MemberRow> members) {
        public PoolStation {
            members = List.copyOf(members);
        }
    }

    /**
     * Where the client's source stays.
     *
     * @param source the part of its address that counts
     * @param backend empty: it is not known
     */
    public record Stay(String source, Optional<String> backend, String why) {}

    /**
     * One member, and what becomes of it.
     *
     * @param role "candidate", which may be the first that is tried, "spare", which is tried when those before it fail, or "excluded"
     * @param turn of its group, 1 for those that are tried first; empty: never
     * @param share of such connections that begin with it, in percent
     * @param connections open to it through this node
     */
    public record MemberRow(String name, String address, Optional<String> zone, String tier, String state, int weight, int effectiveWeight,
            int connections, Optional<Integer> maxConnections, String role, Optional<Integer> turn, double share, String why) {}

    /**
     * Who gets it.
     *
     * @param backend the one, where there is only one answer
     * @param status of the answer that Weir itself gives over HTTP when nobody gets it
     */
    public record Pick(Optional<String> backend, Optional<Integer> status, String why) {}
}
