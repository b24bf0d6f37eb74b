package io.weir.net.udp;

import io.weir.core.health.BackendKey;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A flow as one process tells it to the one that takes its place. Immutable.
 *
 * @param door the {@link io.weir.net.ListeningSocket#name} of the socket that its client's datagrams come to
 * @param sender who sends them: the client, or who speaks for it
 * @param asked where they are sent to
 * @param named the client, if the sender speaks for it
 * @param address of the backend, with the port that its datagrams go to
 * @param unanswered datagrams that went to the backend and have no answer
 * @param answered whether the backend has ever answered
 * @param confirmed whether the client has gone on after an answer
 * @param silentMillis since the last datagram either way
 * @param ageMillis since the first one
 */
public record HandedFlow(int door, InetSocketAddress sender, InetSocketAddress asked, Optional<NamedClient> named, BackendKey backend,
        InetSocketAddress address,
        int unanswered, boolean answered, boolean confirmed, long silentMillis, long ageMillis, long bytesToBackend, long bytesToClient) {}
