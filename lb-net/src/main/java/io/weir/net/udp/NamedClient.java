package io.weir.net.udp;

import java.net.InetSocketAddress;

/** Whom the PROXY header of a datagram names, and where that client sent it. Immutable. */
public record NamedClient(InetSocketAddress client, InetSocketAddress destination) {}
