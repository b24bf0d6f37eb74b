package io.weir.daemon;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was started, to be ended in the opposite order. Confined to the thread that starts and then to those that end; the second waits for the first. */
final class Running implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Running.class);

    private final Deque<AutoCloseable> newestFirst = new ArrayDeque<>();

    synchronized <T extends AutoCloseable> T add(T started) {
        newestFirst.push(started);
        return started;
    }

    /** Ends everything; what fails to end does not keep the rest from it. */
    @Override
    public synchronized void close() {
        while (!newestFirst.isEmpty()) {
            AutoCloseable next = newestFirst.pop();
            try {
                next.close();
            } catch (Exception e) {
                LOG.warn("{} did not end well", next.getClass().getSimpleName(), e);
            }
        }
    }
}
