package io.weir.net;

import java.lang.foreign.Arena;

/**
 * What the acceptors and relays below Netty's channels share on one loop, whatever tells them of events: the system calls,
 * and the work that is put off to let others have their turn. Confined to the loop.
 */
abstract sealed class RelayLoop permits EpollRelayLoop, UringRelayLoop {
    final Loop loop;

    final SocketCalls calls;

    final Splicer splicer;

    /**
     * Whether the client of the connection that was relayed last had spoken before its backend was connected, and so the next one
     * probably will have: then the end of the handshake waits for what it says.
     */
    boolean clientsSpeakEarly;

    RelayLoop(Loop loop, SocketCalls calls) {
        this.loop = loop;
        this.calls = calls;
        this.splicer = new Splicer(new PipePool(loop, new PipeCalls(Arena.ofAuto())), new Gatherer(loop, calls));
    }

    /** Tells of what can be read of a descriptor, from the loop's next turn on. */
    abstract ReadWatch watch(ReadWatch.Owner owner);

    /** The next queued connection of a listening socket, as the relays of this loop need it, or a negative errno. */
    abstract int accept(int listeningDescriptor);

    /** Runs {@code work} once when the other descriptors have had their turn. */
    final void putOff(Runnable work) {
        loop.putOff(work);
    }
}
