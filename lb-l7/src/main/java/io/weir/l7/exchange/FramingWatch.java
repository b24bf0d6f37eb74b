package io.weir.l7.exchange;

import io.weir.core.model.Desync;
import io.weir.l7.guard.Framing;
import io.weir.l7.guard.Verdict;
import io.weir.net.TimerWheel;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the requests of one listener pass or not by what the guard says of them, counts that, and tells of ambiguous ones that pass.
 * Confined to one loop.
 */
final class FramingWatch {
    private static final Logger LOG = LoggerFactory.getLogger(FramingWatch.class);
    /** A line a second shows who does it; thousands a second would be an attack of their own. */
    private static final long QUIET_TICKS = TimerWheel.ticksFor(Duration.ofSeconds(1));

    private final String listener;
    private final TimerWheel timers;
    private final HttpCounters counters;
    private long quietUntilTick;
    private long untold;

    FramingWatch(String listener, TimerWheel timers, HttpCounters counters) {
        this.listener = listener;
        this.timers = timers;
        this.counters = counters;
    }

    /** Whether a request of {@code client} with this verdict is forwarded. */
    boolean passes(Verdict verdict, Desync desync, InetSocketAddress client) {
        counters.count(verdict);
        boolean passes = !verdict.refusedBy(desync);
        if (passes && verdict.framing() == Framing.AMBIGUOUS) {
            tell(verdict, client);
        }
        return passes;
    }

    private void tell(Verdict verdict, InetSocketAddress client) {
        if (timers.ticks() < quietUntilTick) {
            untold++;
            return;
        }
        LOG.info("listener={} client={} ambiguous request forwarded: {} (and {} more since the last line)", listener, client,
                verdict.reason(), untold);
        quietUntilTick = timers.ticks() + QUIET_TICKS;
        untold = 0;
    }
}
