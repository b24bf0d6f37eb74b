package io.weir.l7.filter;

import io.netty.util.NetUtil;
import io.weir.l7.head.Ascii;
import io.weir.l7.head.HeadWriter;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Token;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * Tells a backend who the client is: X-Forwarded-For, appended to what the client sent; X-Forwarded-Proto and
 * X-Forwarded-Port, in place of what it sent (CLB-39). Immutable, made once a connection.
 */
public final class ForwardedFields {
    private static final byte[] FOR = Ascii.bytes("X-Forwarded-For: ");
    private static final byte[] NEXT = {',', ' '};
    private static final byte[] HOST = Ascii.bytes("Host: ");
    private static final byte[] LINE_END = {Ascii.CR, Ascii.LF};

    /** All three lines; the client's address starts behind the first field's name. */
    private final byte[] lines;
    private final InetSocketAddress local;

    /** For plain HTTP; {@code client} is who sent the request, {@code local} where it came in. */
    public ForwardedFields(InetSocketAddress client, InetSocketAddress local) {
        this.local = local;
        lines = Ascii.bytes("X-Forwarded-For: " + literal(client) + "\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: "
                + local.getPort() + "\r\n");
    }

    /** Writes the lines behind the other fields of {@code head}, whose own ones were removed before. */
    public void write(HeadWriter writer, MessageHead head) {
        boolean appended = false;
        for (int field = 0; field < head.fields(); field++) {
            if (head.token(field) == Token.X_FORWARDED_FOR && head.valueEnd(field) > head.valueAt(field)) {
                writer.raw(appended ? NEXT : FOR).part(head.bytes(), head.valueAt(field), head.valueEnd(field));
                appended = true;
            }
        }
        if (appended) {
            writer.raw(NEXT).part(lines, FOR.length, lines.length);
        } else {
            writer.raw(lines);
        }
    }

    /** Writes a Host for an HTTP/1.0 request that has none: where it came in (RFC 9112 3.3). */
    public void writeHost(HeadWriter writer) {
        String host = literal(local);
        writer.raw(HOST)
            .raw(Ascii.bytes((host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + local.getPort()))
            .raw(LINE_END);
    }

    /** IPv6 in its one canonical form (RFC 5952), without a scope: a backend compares these as text. */
    private static String literal(InetSocketAddress address) {
        String text = NetUtil.toAddressString(address.getAddress());
        int scope = address.getAddress() instanceof Inet6Address ? text.indexOf('%') : -1;
        return scope < 0 ? text : text.substring(0, scope);
    }
}
