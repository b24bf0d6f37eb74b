package io.weir.net.udp;

import io.weir.core.limit.Pace;
import io.weir.net.TimerWheel;
import java.time.Duration;

/**
 * How a flow lives. Immutable.
 *
 * @param idle ends it after so long without a datagram either way; a client that has not gone on after an answer keeps it
 *     for {@link #UNCONFIRMED} at most
 * @param oneShot ends it as soon as each datagram has its answer
 * @param pace how fast all flows of the listener together may move bytes; datagrams beyond are dropped, since late ones are of less use
 */
public record FlowTerms(Duration idle, boolean oneShot, Pace pace) {
    /**
     * What one question and its answer may cost: a client that asks each time from another port leaves a flow behind each
     * time. As connection tracking has it (nf_conntrack_udp_timeout).
     */
    public static final Duration UNCONFIRMED = Duration.ofSeconds(30);

    static final long UNCONFIRMED_TICKS = TimerWheel.ticksFor(UNCONFIRMED);

    /** As fast as they come. */
    public FlowTerms(Duration idle, boolean oneShot) {
        this(idle, oneShot, Pace.UNLIMITED);
    }

    public FlowTerms {
        if (!idle.isPositive()) {
            throw new IllegalArgumentException("idle is " + idle + ", want more than 0");
        }
    }
}
