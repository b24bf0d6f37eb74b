package io.weir.l4.tcp;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.weir.core.snapshot.ListenerView;
import io.weir.core.snapshot.PoolView;
import io.weir.net.ClientTls;
import io.weir.net.CloseReason;
import io.weir.net.Loop;
import io.weir.net.Preface;
import io.weir.net.RelayTls;
import io.weir.net.TimerWheel;
import io.weir.net.tls.ClientHello;
import io.weir.net.tls.TlsServer;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a client of a TLS listener does before it is given a backend: names the server that it wants, which leads to a pool, and agrees on keys if its
 * TLS ends here. One deadline covers both. Confined to its loop; it holds one of the listener's places for handshakes until it is over.
 */
final class TlsStart implements Preface, RelayTls {
    private static final Result NO_ROUTE = new Result.Refused(CloseReason.NO_ROUTE);

    /** The listener is being removed, or none of its certificates can be used any more. */
    private static final Result NO_CERTIFICATE = new Result.Refused(CloseReason.REFUSED);

    private static final Result REFUSED = new Result.Refused(CloseReason.BAD_PREFACE);

    /** All of the message stays in the stream: it is for whoever ends the client's TLS. */
    private static final Result READ = new Result.Done(0);

    private final TcpPolicy policy;

    private final TcpSession session;

    private final ListenerView.Tls view;

    private final Loop loop;

    private final TlsCounters counters;

    private final long begunTick;

    private boolean asked;

    private boolean over;

    private @Nullable String serverName;

    TlsStart(TcpPolicy policy, TcpSession session, ListenerView.Tls view, Loop loop, TlsCounters counters) {
        this.policy = policy;
        this.session = session;
        this.view = view;
        this.loop = loop;
        this.counters = counters;
        this.begunTick = loop.timers().ticks();
    }

    /** Itself, once. */
    @Nullable
    Preface preface() {
        boolean first = !asked;
        asked = true;
        return first ? this : null;
    }

    /** What ends the client's TLS, now that the server name is known; null if nothing does here. */
    @Nullable
    RelayTls termination() {
        if (view.listener().terms().isEmpty()) {
            if (session.tellsOfTls()) {
                session.speaks(new ClientTls(serverName, null));
            }
            end();
            counters.full().increment();
            return null;
        }
        return this;
    }

    @Override
    public int maxBytes() {
        return ClientHello.MAX_BYTES;
    }

    /** What is left of the time. */
    @Override
    public Duration timeout() {
        Duration gone = TimerWheel.TICK.multipliedBy(loop.timers().ticks() - begunTick);
        Duration left = view.listener().handshakeTimeout().minus(gone);
        return left.compareTo(TimerWheel.TICK) > 0 ? left : TimerWheel.TICK;
    }

    @Override
    public Result read(ByteBuffer received) {
        return switch (ClientHello.read(received)) {
            case ClientHello.Result.More _ -> Result.More.MORE;
            case ClientHello.Result.Hello(var name) -> routed(name);
            case ClientHello.Result.Refused _ -> {
                failed(HandshakeFailure.NOT_TLS);
                yield REFUSED;
            }
        };
    }

    private Result routed(@Nullable String name) {
        PoolView pool = view.pool(name);
        if (pool == null) {
            end();
            return NO_ROUTE;
        }
        if (view.listener().terms().isPresent() && policy.server() == null) {
            end();
            return NO_CERTIFICATE;
        }
        serverName = name;
        session.route(pool, policy.timeouts(view, pool));
        return READ;
    }

    @Override
    public SslHandler handler(ByteBufAllocator allocator) {
        TlsServer server = policy.server();
        if (server == null) {
            throw new IllegalStateException("what ends TLS has gone in the middle of a turn");
        }
        return server.handler(allocator, serverName);
    }

    @Override
    public void secured(SslHandler tls) {
        boolean resumed = TlsServer.resumed(tls);
        if (session.tellsOfTls()) {
            session.speaks(ClientTls.of(serverName, tls, resumed));
        }
        end();
        (resumed ? counters.resumed() : counters.full()).increment();
    }

    @Override
    public void failed(Throwable cause) {
        failed(HandshakeFailure.of(cause));
    }

    /** The connection has ended, whether or not its handshake had. */
    void closed(CloseReason reason) {
        if (reason == CloseReason.REFUSED) {
            end();
        } else if (!over) {
            boolean late = reason == CloseReason.HANDSHAKE_TIMEOUT || reason == CloseReason.PREFACE_TIMEOUT;
            failed(late ? HandshakeFailure.TIMEOUT : HandshakeFailure.CLOSED);
        }
    }

    private void failed(HandshakeFailure cause) {
        end();
        counters.failed(cause).increment();
    }

    private void end() {
        if (!over) {
            over = true;
            view.handshakes().release();
            session.secure(null);
        }
    }
}
