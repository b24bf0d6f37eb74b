package io.weir.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;

/** A watch by a poll of io_uring that tells again and again. Confined to its loop. */
final class UringWatch implements IoUringIoHandle, ReadWatch {
    private final Owner owner;

    private final IoRegistration registration;

    private long poll;

    private boolean ended;

    UringWatch(UringRelayLoop shared, Owner owner) {
        this.owner = owner;
        this.registration = shared.register(this);
        this.poll = arm();
    }

    private long arm() {
        return registration.submit(UringOps.pollAgainAndAgain(owner.descriptor(), UringOps.POLL_IN, (short) 0));
    }

    @Override
    public void handle(IoRegistration source, IoEvent event) {
        var completion = (IoUringIoEvent) event;
        if (ended || completion.opcode() != UringOps.POLL_ADD) {
            return;
        }
        if ((completion.flags() & UringOps.MORE_COMPLETIONS) == 0) {
            poll = arm();
        }
        owner.readable();
    }

    @Override
    public void end() {
        if (!ended) {
            ended = true;
            registration.submit(UringOps.cancel(poll));
            registration.cancel();
        }
    }

    /** The kernel has let go of the descriptor. */
    @Override
    public void unregistered() {
        owner.unwatched();
    }

    /** Netty's: the loop shuts down. */
    @Override
    public void close() {
        end();
    }
}
