package io.weir.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One acceptor's rest when the process nears the end of its descriptors or the host is out of memory: it leaves new connections in
 * the kernel's queue, tries again after a short time, and says so once until it has recovered. Confined to its loop.
 */
final class AcceptPause extends Deadline {
    static final Duration LENGTH = Duration.ofMillis(200);

    /** Accepting for so long without a pause is recovery; less is one place that came free and was taken at once. */
    private static final long RECOVERY_TICKS = TimerWheel.ticksFor(Duration.ofSeconds(5));

    /** Asked for when a listener opens: the answer takes too long for the first connection to wait for. */
    private static final String RESERVE_TOUCHED = DescriptorReserve.cause();

    private static final Logger LOG = LoggerFactory.getLogger(AcceptPause.class);

    private final Loop loop;

    private final InetSocketAddress address;

    private final LongAdder pauses;

    private final Runnable acceptAgain;

    /** Said, and not yet taken back. */
    private boolean exhausted;

    private long lastTick;

    /** The last accepted connection has taken a descriptor of the reserve. */
    private boolean reserveTouched;

    AcceptPause(Loop loop, InetSocketAddress address, LongAdder pauses, Runnable acceptAgain) {
        this.loop = loop;
        this.address = address;
        this.pauses = pauses;
        this.acceptAgain = acceptAgain;
    }

    /** Starts a pause, or lets the one that lasts begin anew. */
    void begin(String cause) {
        TimerWheel timers = loop.timers();
        if (!isScheduled()) {
            pauses.increment();
        }
        timers.cancel(this);
        timers.schedule(this, LENGTH);
        lastTick = timers.ticks();
        if (!exhausted) {
            exhausted = true;
            LOG.warn("listener={} {} pauses accepting: {}; trying again every {} ms", address, loop, cause,
                    LENGTH.toMillis());
        }
    }

    /** Called when a connection was accepted; {@code descriptor} is its number, below 0 if that is not known. */
    void accepted(int descriptor) {
        reserveTouched = DescriptorReserve.holds(descriptor);
        if (reserveTouched) {
            begin(RESERVE_TOUCHED);
        } else if (exhausted && loop.ticks() - lastTick > RECOVERY_TICKS) {
            exhausted = false;
            LOG.info("listener={} {} accepts again without pause", address, loop);
        }
    }

    void cancel() {
        loop.timers().cancel(this);
    }

    @Override
    protected void expired() {
        if (reserveTouched && DescriptorReserve.isNext()) {
            begin(RESERVE_TOUCHED);
        } else {
            acceptAgain.run();
        }
    }
}
