package io.weir.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One acceptor's rest when the process has run out of descriptors or the host out of memory: it leaves new connections in
 * the kernel's queue, tries again after a short time, and says so once until it has recovered. Confined to its loop.
 */
final class AcceptPause extends Deadline {
    static final Duration LENGTH = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(AcceptPause.class);

    private final Loop loop;

    private final InetSocketAddress address;

    private final LongAdder pauses;

    private final Runnable acceptAgain;

    private boolean exhausted;

    AcceptPause(Loop loop, InetSocketAddress address, LongAdder pauses, Runnable acceptAgain) {
        this.loop = loop;
        this.address = address;
        this.pauses = pauses;
        this.acceptAgain = acceptAgain;
    }

    /** Starts a pause, unless one lasts. */
    void begin(String cause) {
        if (isScheduled()) {
            return;
        }
        pauses.increment();
        loop.timers().schedule(this, LENGTH);
        if (!exhausted) {
            exhausted = true;
            LOG.warn("listener={} {} pauses accepting: {}; trying again every {} ms", address, loop, cause,
                    LENGTH.toMillis());
        }
    }

    /** Called when a connection was accepted. */
    void accepted() {
        if (exhausted) {
            exhausted = false;
            LOG.info("listener={} {} accepts again", address, loop);
        }
    }

    void cancel() {
        loop.timers().cancel(this);
    }

    @Override
    protected void expired() {
        acceptAgain.run();
    }
}
