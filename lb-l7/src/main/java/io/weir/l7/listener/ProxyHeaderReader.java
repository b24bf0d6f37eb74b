package io.weir.l7.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.weir.core.snapshot.ListenerView;
import io.weir.l7.exchange.ClientConnection;
import io.weir.l7.exchange.Door;
import io.weir.net.Deadline;
import io.weir.net.ProxyHeaderDecoder;
import io.weir.net.ProxyHeaderDecoder.Result;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads the PROXY header that a connection must begin with, then makes way for the client it names. Confined to its loop. */
final class ProxyHeaderReader extends ChannelInboundHandlerAdapter {
    /** The specification wants at least 3 s, one lost segment. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Door door;
    private final ListenerView.Http view;
    private final DuplexChannel channel;
    private final InetSocketAddress client;
    private final InetSocketAddress local;
    private final Deadline deadline = new Deadline() {
        @Override
        protected void expired() {
            refuse();
        }
    };
    private @Nullable ByteBuf partial;

    ProxyHeaderReader(Door door, ListenerView.Http view, DuplexChannel channel, InetSocketAddress client, InetSocketAddress local) {
        this.door = door;
        this.view = view;
        this.channel = channel;
        this.client = client;
        this.local = local;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        door.loop().timers().schedule(deadline, TIMEOUT);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = joined((ByteBuf) message);
        switch (ProxyHeaderDecoder.decode(in.nioBuffer())) {
            case Result.More _ -> partial = door.loop().compact(in);
            case Result.Local(int bytes) -> goOn(context, client, local, in.skipBytes(bytes));
            case Result.Proxied(int bytes, var source, var destination) -> goOn(context, source, destination, in.skipBytes(bytes));
            case Result.Refused _ -> {
                in.release();
                refuse();
            }
        }
    }

    private ByteBuf joined(ByteBuf in) {
        ByteBuf before = partial;
        if (before == null) {
            return in;
        }
        partial = null;
        ByteBuf all = door.loop().allocator().directBuffer(before.readableBytes() + in.readableBytes());
        all.writeBytes(before).writeBytes(in);
        before.release();
        in.release();
        return all;
    }

    private void goOn(ChannelHandlerContext context, InetSocketAddress source, InetSocketAddress destination, ByteBuf rest) {
        var connection = new ClientConnection(door, view.listener(), view.admission(), channel, source, destination);
        context.pipeline().replace(this, null, connection);
        if (rest.isReadable()) {
            context.pipeline().fireChannelRead(rest);
        } else {
            rest.release();
        }
    }

    private void refuse() {
        door.countBadProxyHeader();
        var _ = channel.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            refuse();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = channel.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        door.loop().timers().cancel(deadline);
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }
}
