package io.weir.daemon.takeover;

import io.weir.core.affinity.AffinityBatch;
import io.weir.core.health.KnownPool;
import io.weir.daemon.control.DoorSocket;
import io.weir.net.tls.TicketKeys;
import io.weir.net.udp.HandedPort;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The daemon that may be taken over, as {@link HandOver} sees it. Called on its thread; every method may block. */
public interface Owner {
    /** Takes no more edits, and lets go of the state folder; or says why it does not, and has changed nothing. */
    Optional<String> lend() throws IOException;

    List<DoorSocket> sockets();

    /** What it knows of its backends now. */
    List<KnownPool> health() throws IOException;

    /** Where clients stay. */
    List<AffinityBatch> affinity();

    /** Reads no datagrams any more, and tells of the flows that there are and their ports. */
    List<HandedPort> flows() throws IOException;

    /** What seals the sessions of its TLS clients. */
    TicketKeys ticketKeys();

    /**
     * Everything is as before {@link #lend}.
     *
     * @throws IOException if somebody else has the state folder now
     */
    void takeBack() throws IOException;

    /**
     * The other process serves: accepts no more, lets connections end, ends. Returns at once.
     *
     * @param settle how long to go on accepting
     */
    void replacedBy(long pid, Duration settle);
}
