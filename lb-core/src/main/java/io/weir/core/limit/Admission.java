package io.weir.core.limit;

import java.net.InetAddress;

/**
 * Decides whether a listener takes one more client. Every plane asks it, on accept or, where a PROXY header names the client, behind that. Any thread:
 * the rules are immutable, and what is counted are words that all event loops share.
 *
 * <p>{@code pace} holds for the bytes of those who were taken.
 *
 * <p>As a {@link Place} it is the one of a client that is not counted by its source, so that most clients cost no object.
 */
public record Admission(AccessRules access, SourceLimit sources, RateLimit rate, Cap connections, Pace pace) implements Place {
    /** Takes everybody. */
    public static final Admission OPEN = new Admission(AccessRules.NONE, SourceLimit.NONE, RateLimit.UNLIMITED, Cap.UNLIMITED,
            Pace.UNLIMITED);

    /** Who asks to come in; asked for only if a rule looks at it, since that may be a system call. */
    @FunctionalInterface
    public interface Client {
        InetAddress address();
    }

    /**
     * Takes the client, who leaves by {@link Place#release}, or says why not. A refused client has used nothing up, but that one who came while the
     * listener was full counts towards its rate.
     *
     * @param nowNanos {@link System#nanoTime}
     */
    public Decision decide(Client client, long nowNanos) {
        if (!access.lookAtClients() && sources == SourceLimit.NONE) {
            return decide(this, nowNanos);
        }
        InetAddress address = client.address();
        if (!access.admit(address)) {
            return Refusal.ACCESS_LIST;
        }
        if (sources == SourceLimit.NONE) {
            return decide(this, nowNanos);
        }
        int slot = sources.tryAcquire(address);
        if (slot == SourceLimit.FULL) {
            return Refusal.SOURCE_FULL;
        }
        Decision decision = decide(new SourcePlace(this, slot), nowNanos);
        if (decision instanceof Refusal) {
            sources.release(slot);
        }
        return decision;
    }

    /** Takes a client whom another process had taken: it is counted, and neither who it is nor how fast it comes is judged again. */
    public Decision goOn(Client client) {
        if (sources == SourceLimit.NONE) {
            return counted(this);
        }
        int slot = sources.tryAcquire(client.address());
        if (slot == SourceLimit.FULL) {
            return Refusal.SOURCE_FULL;
        }
        Decision decision = counted(new SourcePlace(this, slot));
        if (decision instanceof Refusal) {
            sources.release(slot);
        }
        return decision;
    }

    private Decision decide(Place place, long nowNanos) {
        return rate.tryTake(nowNanos) ? counted(place) : Refusal.TOO_FAST;
    }

    private Decision counted(Place place) {
        return connections.tryAcquire() ? place : Refusal.LISTENER_FULL;
    }

    @Override
    public void release() {
        connections.release();
    }
}
