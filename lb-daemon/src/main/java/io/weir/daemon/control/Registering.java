package io.weir.daemon.control;

import io.weir.core.model.Registration;
import java.time.Instant;

/** What became of a wish to register, to renew or to leave. Immutable, any thread. */
public sealed interface Registering {
    /**
     * It is durable, and in the newest snapshot; a heartbeat that changes nothing only moves the lease.
     *
     * @param created whether it was not registered before
     * @param expires when it ends without a heartbeat
     */
    record Registered(Registration registration, boolean created, Instant expires) implements Registering {}

    /** It leaves: it takes no new connection, and goes when the last one has ended or the pool's drain time is over. */
    record Leaving(Registration registration) implements Registering {}

    /** It is gone; connections that it had drain as those of a removed backend do. */
    record Gone() implements Registering {}

    /** It cannot be; nothing was changed. */
    record Refused(Reason reason, String detail) implements Registering {}

    /** It could not be made durable; nothing was changed. */
    record NotStored(String cause) implements Registering {}

    /** Why one is refused. */
    enum Reason {
        /** Pool or registration: there is no such thing. */
        NOT_FOUND,
        /** The pool takes none, or not this one. */
        CONFLICT,
        /** What it says of itself cannot be. */
        INVALID
    }
}
