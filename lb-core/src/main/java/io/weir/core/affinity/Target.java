package io.weir.core.affinity;

import io.weir.core.health.BackendKey;
import java.net.InetSocketAddress;

/** A backend that sources stay at. One that moves to another address is another server, which knows nothing of them. */
public record Target(BackendKey backend, InetSocketAddress address) {}
