package io.weir.net;

import io.weir.core.model.ProxyProtocol;
import io.weir.core.model.ProxyProtocol.Fixed;
import io.weir.core.model.ProxyProtocol.Version2;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The header that tells a backend who the client is: PROXY protocol, versions 1 and 2
 * (https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt). Any thread.
 */
public final class ProxyHeader {
    /** PROXY protocol 2.2: what no HTTP request and no version 1 begins with. */
    static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

    private static final byte VERSION_2_LOCAL = 0x20;

    /** Version 2, command PROXY. */
    static final byte VERSION_2_PROXY = 0x21;

    static final int FAMILY_INET = 0x10;

    static final int FAMILY_INET6 = 0x20;

    /** The types of additional fields (PROXY protocol 2.2.3, 2.2.5). */
    static final int CRC32C_FIELD = 0x03;

    private static final int UNIQUE_ID_FIELD = 0x05;

    private static final int CHECKSUM_BYTES = 4;

    private static final byte[] NOTHING = {};

    private static final int FIXED_BYTES = 16;

    private static final byte[] MAPPED_PREFIX = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

    /** What the client speaks, as version 2 writes it; version 1 knows streams alone. */
    public enum Carried {
        STREAM(1), DATAGRAM(2);

        private final int code;

        Carried(int code) {
            this.code = code;
        }

        /** As version 2 has it, beside the family. */
        int code() {
            return code;
        }
    }

    private ProxyHeader() {
    }

    /** The header for a connection of our own to a backend that expects one, which a health check is; empty for none. */
    public static byte[] local(ProxyProtocol wanted) {
        return switch (wanted) {
            case Fixed.NONE -> NOTHING;
            case Fixed.V1 -> "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);
            case Version2 _ -> ByteBuffer.allocate(FIXED_BYTES).put(SIGNATURE).put(VERSION_2_LOCAL).array();
        };
    }

    /** The header that a pool wants, empty for none. Version 1 for datagrams is an {@link IllegalArgumentException}. */
    public static byte[] of(ProxyProtocol wanted, Carried carried, InetSocketAddress source, InetSocketAddress destination) {
        return of(wanted, carried, source, destination, null);
    }

    /** The same for a client with TLS, of which the backend is told if the pool wants it; null: without. */
    public static byte[] of(ProxyProtocol wanted, Carried carried, InetSocketAddress source, InetSocketAddress destination,
            @Nullable ClientTls tls) {
        return switch (wanted) {
            case Fixed.NONE -> NOTHING;
            case Fixed.V1 -> {
                if (carried != Carried.STREAM) {
                    throw new IllegalArgumentException("PROXY protocol version 1 has no " + carried);
                }
                yield version1(source, destination);
            }
            case Version2 version2 -> version2(version2, carried, source, destination, tls);
        };
    }

    /** The line: the shorter of two forms of an address, and IPv6 for both if one is IPv6. */
    private static byte[] version1(InetSocketAddress source, InetSocketAddress destination) {
        boolean inet4 = bothInet4(source, destination);
        String line = "PROXY " + (inet4 ? "TCP4 " : "TCP6 ") + text(source.getAddress(), inet4) + ' '
                + text(destination.getAddress(), inet4) + ' ' + source.getPort() + ' ' + destination.getPort() + "\r\n";
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(InetAddress address, boolean inet4) {
        if (inet4) {
            return address.getHostAddress();
        }
        if (address instanceof Inet4Address) {
            return "::ffff:" + address.getHostAddress();
        }
        String host = address.getHostAddress();
        int scope = host.indexOf('%');
        return scope < 0 ? host : host.substring(0, scope);
    }

    private static byte[] version2(Version2 wanted, Carried carried, InetSocketAddress source, InetSocketAddress destination,
            @Nullable ClientTls tls) {
        boolean inet4 = bothInet4(source, destination);
        int addressBytes = inet4 ? 4 : 16;
        byte[] fields = fields(wanted, tls);
        int bodyBytes = 2 * addressBytes + 4 + fields.length;
        ByteBuffer header = ByteBuffer.allocate(FIXED_BYTES + bodyBytes)
            .put(SIGNATURE)
            .put(VERSION_2_PROXY)
            .put((byte) ((inet4 ? FAMILY_INET : FAMILY_INET6) | carried.code()))
            .putShort((short) bodyBytes)
            .put(bytes(source.getAddress(), addressBytes))
            .put(bytes(destination.getAddress(), addressBytes))
            .putShort((short) source.getPort())
            .putShort((short) destination.getPort())
            .put(fields);
        if (wanted.checksum()) {
            header.putInt(header.limit() - CHECKSUM_BYTES, checksum(header.array()));
        }
        return header.array();
    }

    /** The checksum's field is the last, and its value zero. */
    private static byte[] fields(Version2 wanted, @Nullable ClientTls tls) {
        var fields = new ProxyFields();
        for (ProxyProtocol.Field field : wanted.fields()) {
            fields.add(field.type(), field.bytes());
        }
        if (wanted.uniqueId()) {
            fields.add(UNIQUE_ID_FIELD, UniqueId.next());
        }
        if (wanted.tls() && tls != null) {
            fields.addTls(tls);
        }
        if (wanted.checksum()) {
            fields.add(CRC32C_FIELD, new byte[CHECKSUM_BYTES]);
        }
        return fields.bytes();
    }

    /** PROXY protocol 2.2.3: CRC32c of a header whose checksum is zero. */
    static int checksum(byte[] header) {
        var crc = new CRC32C();
        crc.update(header);
        return (int) crc.getValue();
    }

    private static byte[] bytes(InetAddress address, int wanted) {
        byte[] bytes = address.getAddress();
        return bytes.length == wanted
                ? bytes
                : ByteBuffer.allocate(wanted).put(MAPPED_PREFIX).put(bytes).array();
    }

    private static boolean bothInet4(InetSocketAddress source, InetSocketAddress destination) {
        return source.getAddress() instanceof Inet4Address && destination.getAddress() instanceof Inet4Address;
    }
}
