package io.weir.l4.session;

import io.weir.core.health.BackendKey;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * A live connection as it stood a moment ago.
 *
 * @param client whom a PROXY header named, else the other end of the socket
 * @param backend that it goes to or is being dialled to, and {@code address} of it; empty before the first pick
 * @param age since it was accepted
 */
public record SessionInfo(String listener, InetSocketAddress client, Optional<BackendKey> backend, Optional<InetSocketAddress> address,
        Duration age, long bytesToBackend, long bytesToClient) {}
