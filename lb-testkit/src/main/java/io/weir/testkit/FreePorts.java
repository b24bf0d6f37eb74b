package io.weir.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Loopback ports that nobody listens on now, each handed out once in this process. Any thread may call it.
 *
 * <p>For a port that must be known before the listener exists; a test that can bind to port 0 does that instead.
 */
public final class FreePorts {
    private static final Set<Integer> HANDED_OUT = ConcurrentHashMap.newKeySet();
    private static final int TRIES = 1_000;

    private FreePorts() {}

    public static int next() {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            int port = momentarilyBound();
            if (HANDED_OUT.add(port)) {
                return port;
            }
        }
        throw new IllegalStateException("the kernel offered no new port in " + TRIES + " tries");
    }

    /** A free port on the loopback address. */
    public static InetSocketAddress nextAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), next());
    }

    private static int momentarilyBound() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
