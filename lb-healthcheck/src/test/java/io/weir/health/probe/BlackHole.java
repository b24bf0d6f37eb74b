package io.weir.health.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A loopback address whose queue of connections is full: the kernel drops what else tries to connect, and nobody answers. */
final class BlackHole implements AutoCloseable {
    private static final int MORE_THAN_THE_QUEUE_HOLDS = 4;

    private final ServerSocket listening = new ServerSocket();
    private final List<SocketChannel> fillers = new ArrayList<>();

    BlackHole() throws IOException {
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        for (int i = 0; i < MORE_THAN_THE_QUEUE_HOLDS; i++) {
            SocketChannel filler = SocketChannel.open();
            filler.configureBlocking(false);
            filler.connect(address());
            fillers.add(filler);
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel filler : fillers) {
            filler.close();
        }
        listening.close();
    }
}
