package io.weir.net.udp;

import io.weir.net.ListeningSocket;
import java.util.List;

/**
 * A socket towards backends that one process gives to the one that takes its place, with the flows that have it: so backends go on
 * seeing the address and port that they know, and answers that are under way arrive. Immutable.
 *
 * @param loop the number of the event loop that serves it, and the sockets that its flows' datagrams come to
 * @param inet6 its family
 * @param descriptor closed by who has it last: it is the receiver's, and stays the giver's until that ends
 * @param flows at least one, each to another backend
 */
public record HandedPort(int loop, boolean inet6, int descriptor, List<HandedFlow> flows) {
    public HandedPort {
        flows = List.copyOf(flows);
    }

    /** Closes the descriptor, for who has no use for it. */
    public void close() {
        ListeningSocket.close(descriptor);
    }
}
