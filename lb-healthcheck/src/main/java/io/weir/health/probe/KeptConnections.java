package io.weir.health.probe;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connections that wait for the next probe of their target, one a target. Confined to the probe loop. One that is not fetched within two
 * intervals, for its target is gone, is closed; so is one whose peer says anything.
 */
final class KeptConnections {
    private final int most;
    private final Map<ProbeTarget, Guard> guardByTarget = new HashMap<>();

    /** @param most that wait at once; who comes beyond dials for each probe */
    KeptConnections(int most) {
        this.most = most;
    }

    @Nullable
    SocketChannel take(ProbeTarget target) {
        Guard guard = guardByTarget.remove(target);
        if (guard == null) {
            return null;
        }
        SocketChannel channel = guard.release();
        return channel.isActive() ? channel : null;
    }

    void keep(ProbeTarget target, SocketChannel channel) {
        if (guardByTarget.size() >= most || !channel.isActive()) {
            var _ = channel.close();
            return;
        }
        Guard guard = new Guard(target, channel);
        channel.pipeline().addLast(guard);
        guardByTarget.put(target, guard);
    }

    void close() {
        List.copyOf(guardByTarget.values()).forEach(Guard::close);
    }

    /** Watches over one connection while nobody uses it. */
    private final class Guard extends ChannelInboundHandlerAdapter {
        private final ProbeTarget target;
        private final SocketChannel channel;
        private final Future<?> expiry;

        Guard(ProbeTarget target, SocketChannel channel) {
            this.target = target;
            this.channel = channel;
            this.expiry = channel.eventLoop()
                .schedule(this::close, 2 * target.check().interval().toNanos(), TimeUnit.NANOSECONDS);
        }

        SocketChannel release() {
            var _ = expiry.cancel(false);
            channel.pipeline().remove(this);
            return channel;
        }

        private void close() {
            guardByTarget.remove(target, this);
            var _ = expiry.cancel(false);
            var _ = channel.close();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
            close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            close();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            close(); // the peer's FIN, or its end of TLS
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            close();
        }
    }
}
