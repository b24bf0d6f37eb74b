package io.weir.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.unix.FileDescriptor;

/** A watch by epoll. Confined to its loop. */
final class EpollWatch extends FileDescriptor implements EpollIoHandle, ReadWatch {
    private final Loop loop;

    private final Owner owner;

    private final IoRegistration registration;

    /** The turn in which it was registered: its events that arrive in the same turn were meant for another. */
    private final long registeredTurn;

    EpollWatch(EpollRelayLoop shared, Owner owner) {
        super(owner.descriptor());
        this.loop = shared.loop;
        this.owner = owner;
        this.registeredTurn = loop.turn();
        this.registration = shared.register(this, EpollRelayLoop.READABLE);
    }

    @Override
    public FileDescriptor fd() {
        return this;
    }

    @Override
    public void handle(IoRegistration source, IoEvent event) {
        if (loop.turn() != registeredTurn && isOpen()) {
            owner.readable();
        }
    }

    @Override
    public void end() {
        if (isOpen()) {
            // Closing the descriptor would not do: another process may have one of the same socket, which then stays in the epoll set.
            registration.cancel();
            markClosed();
            owner.unwatched();
        }
    }

    /** Netty's: the loop shuts down. */
    @Override
    public void close() {
        end();
    }
}
