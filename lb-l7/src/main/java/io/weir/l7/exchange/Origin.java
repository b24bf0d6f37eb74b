package io.weir.l7.exchange;

import io.weir.core.balance.FlowHash;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Algorithm.HashKey;
import io.weir.core.model.ProxyProtocol;
import io.weir.core.snapshot.PoolView;
import io.weir.l7.filter.ForwardedFields;
import io.weir.l7.guard.Body;
import io.weir.l7.guard.RequestGuard;
import io.weir.l7.head.Ascii;
import io.weir.l7.head.HeadWriter;
import io.weir.l7.head.MessageHead;
import io.weir.l7.loop.HttpLoop;
import io.weir.net.ProxyHeader;
import java.net.InetSocketAddress;

/** Who sends the requests of a connection and where they come in, and how backends are told. Immutable, for one loop. */
final class Origin {
    private static final byte[] CHUNKED = Ascii.bytes("Transfer-Encoding: chunked\r\n");
    private static final byte[] LINE_END = {Ascii.CR, Ascii.LF};

    private final HttpLoop loop;
    private final InetSocketAddress client;
    private final InetSocketAddress local;
    private final ForwardedFields forwarded;

    Origin(HttpLoop loop, InetSocketAddress client, InetSocketAddress local) {
        this.loop = loop;
        this.client = client;
        this.local = local;
        this.forwarded = new ForwardedFields(client, local);
    }

    InetSocketAddress client() {
        return client;
    }

    /** Leaves a judged head in the loop's writer as the backend gets it. */
    void write(MessageHead head, RequestGuard guard) {
        loop.hopByHop().stripRequest(head);
        HeadWriter writer = loop.writer();
        writer.clear();
        writer.requestLine(head).fields(head);
        if (guard.hostField() < 0) {
            forwarded.writeHost(writer);
        }
        if (guard.body() == Body.CHUNKED) {
            writer.raw(CHUNKED);
        }
        forwarded.write(writer, head);
        writer.raw(LINE_END);
    }

    /** What a pool picks a backend by; 0 where it does not hash. */
    long hash(PoolView pool) {
        if (!(pool.pool().algorithm() instanceof Algorithm.Maglev(HashKey key, var _, var _))) {
            return 0;
        }
        byte[] source = client.getAddress().getAddress();
        return switch (key) {
            case SOURCE, QUIC_ID -> FlowHash.source(source);
            case TUPLE -> FlowHash.tuple(source, client.getPort(), local.getAddress().getAddress(), local.getPort());
        };
    }

    /** What a backend's connection begins with. */
    byte[] proxyHeader(ProxyProtocol wanted) {
        return ProxyHeader.of(wanted, ProxyHeader.Carried.STREAM, client, local);
    }
}
