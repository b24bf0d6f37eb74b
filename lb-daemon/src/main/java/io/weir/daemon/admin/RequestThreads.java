package io.weir.daemon.admin;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The virtual threads that handle requests, a bounded number at a time. Any thread. */
final class RequestThreads {
    static final int MOST = 128;

    private final Semaphore free = new Semaphore(MOST);

    /** Runs {@code handling} on a virtual thread of its own; null when all are taken. */
    @Nullable
    Thread start(Runnable handling) {
        if (!free.tryAcquire()) {
            return null;
        }
        return Thread.ofVirtual().name("admin-request").start(() -> {
            try {
                handling.run();
            } finally {
                free.release();
            }
        });
    }
}
