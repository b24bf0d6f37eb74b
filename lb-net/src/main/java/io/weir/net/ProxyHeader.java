package io.weir.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The header that tells a backend who the client is: PROXY protocol, versions 1 and 2
 * (https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt). Any thread.
 */
public final class ProxyHeader {
    /** PROXY protocol 2.2: what no HTTP request and no version 1 begins with. */
    static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

    /** Version 2, command PROXY. */
    static final byte VERSION_2_PROXY = 0x21;

    static final byte TCP_OVER_INET = 0x11;

    static final byte TCP_OVER_INET6 = 0x21;

    private static final int FIXED_BYTES = 16;

    private static final byte[] MAPPED_PREFIX = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

    private ProxyHeader() {
    }

    /** The line of version 1; the shorter of two forms of an address, and IPv6 for both if one is IPv6. */
    public static byte[] version1(InetSocketAddress source, InetSocketAddress destination) {
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

    /** The bytes of version 2, without additional fields. */
    public static byte[] version2(InetSocketAddress source, InetSocketAddress destination) {
        boolean inet4 = bothInet4(source, destination);
        int addressBytes = inet4 ? 4 : 16;
        int bodyBytes = 2 * addressBytes + 4;
        return ByteBuffer.allocate(FIXED_BYTES + bodyBytes)
            .put(SIGNATURE)
            .put(VERSION_2_PROXY)
            .put(inet4 ? TCP_OVER_INET : TCP_OVER_INET6)
            .putShort((short) bodyBytes)
            .put(bytes(source.getAddress(), addressBytes))
            .put(bytes(destination.getAddress(), addressBytes))
            .putShort((short) source.getPort())
            .putShort((short) destination.getPort())
            .array();
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
