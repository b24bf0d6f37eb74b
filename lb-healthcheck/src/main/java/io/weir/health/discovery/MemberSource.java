package io.weir.health.discovery;

import java.time.Duration;

/** Something that can be asked for a pool's members. Confined to the thread of its watch, which it may block. */
interface MemberSource extends AutoCloseable {
    /** Asks now. */
    Answer ask() throws InterruptedException;

    @Override
    void close();

    /**
     * An answer and how long it is good for.
     *
     * @param again when to ask next
     */
    record Answer(Lookup lookup, Duration again) {}
}
