package io.weir.net;

import org.jspecify.annotations.Nullable;

/**
 * One direction of a relay on io_uring: from the side that it begins at to the other one. Confined to its loop.
 *
 * <p>One submission at most is under way for it: it receives into a buffer, sends from it, and receives again when all is
 * sent. This bounds the memory and is the backpressure. A direction that is quiet polls and holds no buffer; one that is
 * bulk polls and is spliced. The kernel refers to the buffer until the submission completes, and so not before that is it
 * given back.
 */
final class UringFlow implements Splicer.Direction, Runnable {
    private enum Stage {
        /** Nothing is under way. */
        STILL,
        /** Waits without a buffer. */
        POLLING,
        /** Waits with a buffer. */
        RECEIVING,
        /** The other side has yet to take what is in memory or in the pipe. */
        SENDING,
        /** The end of the stream was received, and all before it sent. */
        ENDED
    }

    /** Two receives within so many ticks make it worth while to wait for the next with a buffer. */
    private static final int BUSY_TICKS = 2;

    private final UringRelay relay;

    private final UringRelayLoop shared;

    private final UringSide from;

    private final BulkStreak bulk = new BulkStreak();

    private final UringLoad load;

    private Stage stage = Stage.STILL;

    /** Or what is yet to be sent is in here. */
    private @Nullable Pipe pipe;

    private boolean hasSpliced;

    /** The receive that is under way, as the ring knows it. */
    private long receive;

    private long receivedTick;

    /** Whether it receives so often that it waits with a buffer. */
    private boolean busy = true;

    /** Whether nothing was left to receive after the last bytes. */
    private boolean dry;

    UringFlow(UringRelay relay, UringRelayLoop shared, UringSide from) {
        this.relay = relay;
        this.shared = shared;
        this.from = from;
        this.load = new UringLoad(shared.buffers);
        this.receivedTick = shared.loop.ticks();
    }

    /** @param isDry whether nothing is known to be there */
    void begin(boolean isDry) {
        bulk.begin(relay.offload());
        receive(isDry);
    }

    /** Begins with bytes of ours, {@code bytes} at the start of a buffer. */
    void begin(RelayBuffer first, int bytes) {
        bulk.begin(relay.offload());
        load.begin(first, bytes);
        send();
    }

    private void receive(boolean isDry) {
        RelayBuffer buffer = bulk.isBulk() || (isDry && !busy) ? null : load.toWaitWith();
        if (buffer == null) {
            poll();
        } else {
            receiveInto(buffer, isDry);
        }
    }

    private void poll() {
        release();
        stage = Stage.POLLING;
        from.submit(UringOps.poll(from.fd, UringOps.POLL_IN, UringSide.READABLE));
    }

    private void receiveInto(RelayBuffer into, boolean isDry) {
        stage = Stage.RECEIVING;
        receive = from.submit(UringOps.receive(from.fd, into.address(), into.bytes(), isDry));
        relay.stayAwake();
    }

    /** A receive has ended, with bytes, the end of the stream or a negative errno. */
    void received(int result, boolean isDry) {
        stage = Stage.STILL;
        if (relay.isClosed()) {
            release();
        } else if (result > 0) {
            note(result, isDry);
            relay.count(from, result);
            send();
        } else if (result == 0) {
            end();
        } else if (result == SocketCalls.ECANCELED || result == SocketCalls.EAGAIN) {
            poll();
        } else {
            relay.broken(from);
        }
    }

    private void note(int received, boolean isDry) {
        long now = shared.loop.ticks();
        busy = now - receivedTick <= BUSY_TICKS;
        receivedTick = now;
        dry = isDry;
        load.received(received);
        bulk.received(received);
        shared.spend(received);
    }

    /** A poll has ended: there is something to receive, or an error. */
    void readable() {
        stage = Stage.STILL;
        if (!relay.isClosed()) {
            goOn(true);
        }
    }

    /** @param known whether there is something to move */
    private void goOn(boolean known) {
        if (!bulk.isBulk() || !splice(known)) {
            receiveInto(load.now(), false);
        }
    }

    private void end() {
        release();
        stage = Stage.ENDED;
        relay.ended(from);
    }

    private void send() {
        stage = Stage.SENDING;
        UringSide to = relay.peer(from);
        to.submit(UringOps.send(to.fd, load.address(), load.bytes()));
        relay.stayAwake();
    }

    /** A send to the other side has ended. */
    void sent(int result) {
        stage = Stage.STILL;
        if (relay.isClosed()) {
            release();
        } else if (result == SocketCalls.EAGAIN) {
            awaitRoom();
        } else if (result < 0) {
            relay.broken(relay.peer(from));
        } else {
            relay.active();
            load.sent(result);
            if (!load.isSent()) {
                send();
            } else if (shared.isTurnOver()) {
                shared.putOff(this);
            } else {
                receiveWithBandwidth();
            }
        }
    }

    private void receiveWithBandwidth() {
        if (!isHeldBack()) {
            receive(dry);
        }
    }

    @Override
    public boolean isHeldBack() {
        if (relay.hasBandwidth(from.isClient)) {
            return false;
        }
        relay.loop().heldBack().add(this);
        return true;
    }

    private void awaitRoom() {
        stage = Stage.SENDING;
        UringSide to = relay.peer(from);
        to.submit(UringOps.poll(to.fd, UringOps.POLL_OUT, UringSide.ROOM));
        relay.stayAwake();
    }

    /** The other side takes bytes again, or is broken. */
    void hasRoom() {
        stage = Stage.STILL;
        Pipe full = pipe;
        if (relay.isClosed()) {
            release();
        } else if (full == null) {
            send();
        } else {
            drain(full);
        }
    }

    private void drain(Pipe full) {
        UringSide to = relay.peer(from);
        int taken = full.drain(to.fd);
        if (taken < 0 && taken != SocketCalls.EAGAIN) {
            relay.broken(to);
            return;
        }
        relay.active();
        if (full.isEmpty()) {
            releasePipe();
            goOn(false);
        } else {
            awaitRoom();
        }
    }

    /**
     * Moves bytes past our memory; false if a receive has to. splice(2) does not get past urgent bytes, and calls the end behind them the
     * end: only a receive knows. That something is urgent cannot be asked of the ring, for its polls say so of all bytes.
     */
    private boolean splice(boolean known) {
        UringSide to = relay.peer(from);
        // Sockets that can be waited for block, and splice(2) then too.
        from.stopBlocking();
        to.stopBlocking();
        if (bulk.isNew()) {
            BulkBuffers.bound(shared.calls, this);
        }
        hasSpliced = false;
        switch (shared.splicer.move(this)) {
            case NO_PIPE, ENDED -> {
                return false;
            }
            case DRY -> {
                if (known && !hasSpliced) {
                    bulk.urgent();
                    return false;
                }
                pollWhenItsTurn();
            }
            case HELD_UP -> awaitRoom();
            case HELD_BACK -> {} // the tick goes on with it
            case TURN_OVER -> shared.putOff(this);
            case SENDER_BROKEN -> relay.broken(from);
            case RECEIVER_BROKEN -> relay.broken(to);
        }
        return true;
    }

    private void pollWhenItsTurn() {
        if (shared.isTurnOver()) {
            shared.putOff(this);
        } else {
            poll();
        }
    }

    /** Goes on after the others have had their turn. */
    @Override
    public void run() {
        try {
            if (relay.isClosed()) {
                release();
            } else if (bulk.isBulk()) {
                goOn(false);
            } else {
                receiveWithBandwidth();
            }
        } catch (Throwable failure) {
            relay.fault(failure);
        }
    }

    @Override
    public int sender() {
        return from.fd;
    }

    @Override
    public int receiver() {
        return relay.peer(from).fd;
    }

    @Override
    public boolean ofClient() {
        return from.isClient;
    }

    @Override
    public BulkStreak bulk() {
        return bulk;
    }

    @Override
    public boolean isOver() {
        return relay.isClosed();
    }

    @Override
    public void spliced(int bytes) {
        hasSpliced = true;
        bulk.received(bytes);
        shared.spend(bytes);
        relay.count(from, bytes);
        relay.spliced(bytes);
    }

    @Override
    public void heldUp(Pipe full) {
        pipe = full;
    }

    /** Lets go of the buffer and waits without; an error is noticed all the same. */
    void rest() {
        if (stage == Stage.RECEIVING) {
            from.submit(UringOps.cancel(receive));
        } else if (isDeaf()) {
            from.watchErrors();
        }
    }

    /** Whether nothing is received that would tell of an error. */
    boolean isDeaf() {
        return stage == Stage.SENDING || stage == Stage.ENDED;
    }

    boolean isEnded() {
        return stage == Stage.ENDED;
    }

    boolean isSending() {
        return stage == Stage.SENDING;
    }

    /** Whether something is under way at the side where it begins. */
    boolean isWaiting() {
        return stage == Stage.POLLING || stage == Stage.RECEIVING;
    }

    /** The connection has ended: gives back what is not the kernel's; that comes back when its submission completes. */
    void close() {
        release();
        releasePipe();
    }

    private void release() {
        if (stage != Stage.RECEIVING && stage != Stage.SENDING) {
            load.release();
        }
    }

    private void releasePipe() {
        if (pipe != null) {
            pipe.release();
            pipe = null;
        }
    }
}
