package io.weir.daemon;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT from before the start on, so that whoever sees the admin socket can end the process in order: those that come while it
 * starts are kept until somebody acts on them. Any thread.
 */
final class EndSignals {
    /** As a shell has it for a process that SIGTERM ended. */
    static final int ENDED_AT_ONCE = 128 + 15;

    private static final Logger LOG = LoggerFactory.getLogger(EndSignals.class);

    private int told;
    private @Nullable IntConsumer action;

    /** Catches them from now on. */
    static EndSignals caught() {
        var signals = new EndSignals();
        Signals.on("TERM", signals::came);
        Signals.on("INT", signals::came);
        return signals;
    }

    /** Has {@code action} told how many came, for each of them, those before included. It returns at once. */
    synchronized void act(IntConsumer acting) {
        action = acting;
        if (told > 0) {
            acting.accept(told);
        }
    }

    synchronized void came() {
        told++;
        if (action != null) {
            action.accept(told);
        } else {
            LOG.info("told to end while it starts: ends when it has started");
        }
    }
}
