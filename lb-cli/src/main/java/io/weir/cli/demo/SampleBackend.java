package io.weir.cli.demo;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A small HTTP server for the demonstration, in a process of its own: it says its name in {@code X-Backend} and what it saw of the client
 * in its body. It ends with the demonstration that it belongs to. Every connection has a virtual thread.
 */
public final class SampleBackend {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
    /** Of waiting connections: a burst of new ones must not be refused. */
    private static final int BACKLOG = 1024;

    private SampleBackend() {}

    /** {@code NAME PORT PID}: serves on the loopback address until the process {@code PID} is gone. */
    public static void main(String[] args) throws IOException {
        serve(args[0], Integer.parseInt(args[1]), Long.parseLong(args[2]));
    }

    /** Serves until the process {@code demoPid} is gone; the calling thread waits for that. */
    public static void serve(String name, int port, long demoPid) throws IOException {
        try (ServerSocket server = listen(name, port)) {
            Thread.ofPlatform().daemon().name("accept").start(() -> acceptAll(name, server));
            while (ProcessHandle.of(demoPid).map(ProcessHandle::isAlive).orElse(false)) {
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            }
        }
    }

    private static ServerSocket listen(String name, int port) throws IOException {
        var server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            return server;
        } catch (BindException e) {
            server.close();
            throw new IOException("port " + port + " of " + name + " is in use: " + e.getMessage(), e);
        }
    }

    private static void acceptAll(String name, ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> new SampleConnection(name, client).serve());
            } catch (IOException _) {
                // closed, or out of descriptors for the moment
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            }
        }
    }
}
