package io.weir.core.model;

/** Which address backends see (CLB-40, NLB-07). */
public enum Forwarding {
    /** The load balancer's. */
    PROXY,
    /**
     * The client's, where client and backend are of one family. What backends answer must come back through this host, and the
     * process needs CAP_NET_ADMIN.
     */
    TRANSPARENT
}
