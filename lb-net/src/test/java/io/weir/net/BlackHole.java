package io.weir.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** An address where connections are neither taken nor refused: a listener that never accepts and whose queue is full. */
final class BlackHole implements AutoCloseable {
    private static final int MORE_THAN_THE_QUEUE_HOLDS = 8;

    private final ServerSocket listening;

    private final List<SocketChannel> queued = new ArrayList<>();

    BlackHole() throws IOException {
        listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        for (int connection = 0; connection < MORE_THAN_THE_QUEUE_HOLDS; connection++) {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(address());
            queued.add(channel);
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : queued) {
            channel.close();
        }
        listening.close();
    }
}
