package io.weir.net.session;

import io.weir.core.health.BackendKey;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/**
 * A live connection as it stood a moment ago.
 *
 * @param client whom a PROXY header named, else the other end of the socket
 * @param backend that it goes to or is being dialled to, and {@code address} of it; empty before the first pick, and for HTTP
 *     between requests
 * @param age since it was accepted
 */
public record SessionInfo(String listener, InetSocketAddress client, Optional<BackendKey> backend, Optional<InetSocketAddress> address,
        Duration age, long bytesToBackend, long bytesToClient) {
    public static final Comparator<SessionInfo> NEWEST_FIRST = Comparator.comparing(SessionInfo::age);
}
