package io.weir.daemon.takeover;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.weir.core.affinity.AffinityBatch;
import io.weir.core.health.KnownMember;
import io.weir.core.health.KnownPool;
import io.weir.net.ListeningSocket;
import io.weir.net.udp.HandedFlow;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What two processes say to each other while one takes the other's place. The new one greets; the old one answers with {@link Welcome} and
 * lets go of the state folder, sends what it has, and {@link Complete}. The new one starts and says that it is {@link Serving}; with
 * {@link Yours} the old one gives up. Either may answer {@link Refused} instead, and whoever is gone has refused: before {@link Serving} the
 * old one then goes on, after {@link Complete} the new one does if the old one is dead. Immutable.
 *
 * <p>Between {@link Serving} and {@link Yours} nobody reads datagrams: the old one hands over its flows as they stand.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "message")
sealed interface Message {
    /** Raised with every change that a process of the other version would not understand; fields that it can ignore are none. */
    int PROTOCOL = 2;

    record Hello(int protocol, String version) implements Message {}

    record Welcome(String version) implements Message {}

    /** @param reason for the operator of the other process, in one line */
    record Refused(String reason) implements Message {}

    /** A listener's socket; its descriptor comes with the message. */
    record Socket(String listener, ListeningSocket.Kind kind, InetSocketAddress address, int loop, int name) implements Message {}

    /** A pool, without its members: they follow one by one, for there may be thousands. */
    record PoolHealth(KnownPool known) implements Message {}

    record MemberHealth(String pool, KnownMember known) implements Message {}

    /** Sources, and a backend that they stay at. */
    record Affinity(AffinityBatch batch) implements Message {}

    /**
     * Nothing more comes.
     *
     * @param ticketKeys what seals the sessions of TLS clients, in base64, the newest first; empty from a process that has none to tell
     */
    record Complete(List<String> ticketKeys) implements Message {
        @SuppressWarnings("NullAway") // an older version does not say it
        public Complete {
            ticketKeys = Objects.requireNonNullElse(ticketKeys, List.of());
        }
    }

    /** @param settle how long the old one goes on accepting, for clients that have begun to connect to sockets that only it has */
    record Serving(Duration settle) implements Message {}

    /** A socket towards backends of datagrams; its descriptor comes with the message. Its flows follow. */
    record Port(int loop, boolean inet6) implements Message {}

    /** Flows of the last port, or some of them: a message has its bounds. */
    record Flows(List<HandedFlow> flows) implements Message {}

    record Yours() implements Message {}
}
