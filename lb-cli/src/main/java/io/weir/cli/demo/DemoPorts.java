package io.weir.cli.demo;

import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Hands out loopback ports that nobody listens on. Confined to one thread.
 *
 * <p>They lie below those that the kernel lends to outgoing connections, and where the search begins depends on this process, so that
 * neither a connection nor a second demonstration takes a port before it is used.
 */
final class DemoPorts {
    private static final int FIRST = 18_000;
    private static final int LAST = 31_999;
    private static final int APART = 20;

    private int next = FIRST + (int) (ProcessHandle.current().pid() * APART % (LAST - FIRST));

    int take() {
        for (int tries = FIRST; tries <= LAST; tries++) {
            int port = next;
            next = port == LAST ? FIRST : port + 1;
            if (free(port)) {
                return port;
            }
        }
        throw CommandFailure.of(ExitCode.FAILED, "no free port between " + FIRST + " and " + LAST, "stop something that listens there");
    }

    private static boolean free(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(false);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
