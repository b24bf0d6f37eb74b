package io.weir.l7.exchange;

import io.weir.core.balance.LoopBackend;
import io.weir.core.limit.Admission;
import io.weir.core.limit.Place;
import io.weir.core.limit.Refusal;
import io.weir.net.CloseReason;
import io.weir.net.session.LiveConnection;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection as its door, its loop and operators know it, whatever it speaks: its place among those that are
 * admitted, what it moved. It has a backend while a request is at one, or on its way there. Confined to the loop.
 */
final class HttpSession extends LiveConnection {
    private final Door door;
    private final Origin origin;
    private final String listener;
    private Spoken spoken;
    private long bytesIn;
    private long bytesOut;

    /** Null until the client was taken, and when it has left. */
    private @Nullable Place place;

    /** Links of the door's list. */
    @Nullable
    HttpSession newer;

    @Nullable
    HttpSession older;

    /** @param listener its name */
    HttpSession(Door door, Origin origin, String listener, Spoken spoken) {
        this.door = door;
        this.origin = origin;
        this.listener = listener;
        this.spoken = spoken;
    }

    /** Asks for a place; false, and counted, when there is none. */
    boolean enter(Admission admission) {
        switch (admission.decide(() -> origin.client().getAddress(), System.nanoTime())) {
            case Refusal refusal -> {
                door.counters().refused.count(refusal);
                return false;
            }
            case Place taken -> {
                place = taken;
                door.enter(this);
                door.loop().sessions().add(this);
                return true;
            }
        }
    }

    /** The connection is gone. */
    void leave() {
        Place taken = place;
        if (taken != null) {
            place = null;
            door.leave(this);
            door.loop().sessions().remove(this);
            taken.release();
        }
    }

    /** The client turned out to speak this. */
    void speak(Spoken other) {
        spoken = other;
    }

    Spoken spoken() {
        return spoken;
    }

    Origin origin() {
        return origin;
    }

    /** Bytes in both directions. */
    long moved() {
        return bytesIn + bytesOut;
    }

    void received(int bytes) {
        bytesIn += bytes;
        door.counters().bytesIn.add(bytes);
    }

    void sent(int bytes) {
        bytesOut += bytes;
        door.counters().bytesOut.add(bytes);
    }

    @Override
    public String listener() {
        return listener;
    }

    @Override
    public @Nullable LoopBackend backend() {
        return spoken.backend();
    }

    @Override
    public InetSocketAddress client() {
        return origin.client();
    }

    @Override
    public long bytesToBackend() {
        return bytesIn;
    }

    @Override
    public long bytesToClient() {
        return bytesOut;
    }

    @Override
    public void cut(CloseReason reason) {
        spoken.kick();
    }
}
