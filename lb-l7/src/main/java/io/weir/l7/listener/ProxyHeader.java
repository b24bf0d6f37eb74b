package io.weir.l7.listener;

import io.netty.buffer.ByteBuf;
import io.weir.l7.head.Ascii;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The header in which a proxy tells whom it speaks for (PROXY protocol, versions 1 and 2 of its specification). Immutable.
 *
 * @param client null when the proxy speaks for itself or does not say
 * @param destination null likewise
 */
record ProxyHeader(@Nullable InetSocketAddress client, @Nullable InetSocketAddress destination) {
    /** 2.1: the longest line of version 1 with its line end. */
    static final int MAX_V1 = 107;
    /** Addresses and a fair number of extensions; the protocol itself would allow 64 KiB. */
    static final int MAX_V2 = 16 + 2048;

    private static final ProxyHeader UNKNOWN = new ProxyHeader(null, null);
    private static final byte[] V1 = Ascii.bytes("PROXY ");
    private static final byte[] V2 = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    private static final int V2_FIXED = 16;

    /** The bytes are no PROXY header. */
    static final class MalformedException extends Exception {
        MalformedException(String message) {
            super(message, null, false, false);
        }
    }

    /** Reads a header off {@code in}; null, and nothing read, while it is not whole. */
    static @Nullable ProxyHeader read(ByteBuf in) throws MalformedException {
        if (startsLike(in, V2)) {
            return in.readableBytes() < V2_FIXED ? null : readV2(in);
        }
        if (startsLike(in, V1)) {
            return readV1(in);
        }
        throw new MalformedException("first bytes are of no PROXY header");
    }

    private static boolean startsLike(ByteBuf in, byte[] signature) {
        int count = Math.min(in.readableBytes(), signature.length);
        for (int i = 0; i < count; i++) {
            if (in.getByte(in.readerIndex() + i) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable ProxyHeader readV1(ByteBuf in) throws MalformedException {
        int end = in.indexOf(in.readerIndex(), Math.min(in.writerIndex(), in.readerIndex() + MAX_V1), Ascii.LF);
        if (end < 0) {
            if (in.readableBytes() >= MAX_V1) {
                throw new MalformedException("version 1 line is longer than " + MAX_V1 + " bytes");
            }
            return null;
        }
        String line = in.toString(in.readerIndex(), end - in.readerIndex(), StandardCharsets.ISO_8859_1);
        in.readerIndex(end + 1);
        if (!line.endsWith("\r")) {
            throw new MalformedException("version 1 line does not end in CRLF");
        }
        String[] words = line.substring(0, line.length() - 1).split(" ", -1);
        if (words.length >= 2 && words[1].equals("UNKNOWN")) {
            return UNKNOWN;
        }
        if (words.length != 6) {
            throw new MalformedException("version 1 line has " + words.length + " words, want 6");
        }
        int length = switch (words[1]) {
            case "TCP4" -> 4;
            case "TCP6" -> 16;
            default -> throw new MalformedException("version 1 family is none of TCP4, TCP6, UNKNOWN");
        };
        return new ProxyHeader(
                new InetSocketAddress(address(words[2], length), port(words[4])),
                new InetSocketAddress(address(words[3], length), port(words[5])));
    }

    private static InetAddress address(String text, int length) throws MalformedException {
        if (!text.matches(length == 4 ? "[0-9.]{7,15}" : "[0-9A-Fa-f:.]{2,39}")) {
            throw new MalformedException("version 1 address is malformed");
        }
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("version 1 address is malformed");
        }
    }

    private static int port(String text) throws MalformedException {
        if (!text.matches("0|[1-9][0-9]{0,4}") || Integer.parseInt(text) > 65535) {
            throw new MalformedException("version 1 port is malformed");
        }
        return Integer.parseInt(text);
    }

    private static @Nullable ProxyHeader readV2(ByteBuf in) throws MalformedException {
        int at = in.readerIndex() + V2.length;
        int versionAndCommand = in.getByte(at);
        int family = in.getByte(at + 1);
        int length = in.getUnsignedShort(at + 2);
        if (versionAndCommand >> 4 != 2 || (versionAndCommand & 0xf) > 1) {
            throw new MalformedException("version 2 command is malformed");
        }
        if (V2_FIXED + length > MAX_V2) {
            throw new MalformedException("version 2 header has " + (V2_FIXED + length) + " bytes, want at most " + MAX_V2);
        }
        if (in.readableBytes() < V2_FIXED + length) {
            return null;
        }
        ByteBuf addresses = in.slice(in.readerIndex() + V2_FIXED, length);
        in.skipBytes(V2_FIXED + length);
        boolean local = (versionAndCommand & 0xf) == 0;
        return local ? UNKNOWN : addresses(family, addresses);
    }

    private static ProxyHeader addresses(int family, ByteBuf in) throws MalformedException {
        int bytes = switch (family) {
            case 0x11 -> 4;
            case 0x21 -> 16;
            case 0x00 -> 0;
            default -> throw new MalformedException("version 2 family is none of TCP over IPv4, TCP over IPv6, unspecified");
        };
        if (bytes == 0) {
            return UNKNOWN;
        }
        if (in.readableBytes() < 2 * bytes + 4) {
            throw new MalformedException("version 2 header is too short for its addresses");
        }
        byte[] source = new byte[bytes];
        byte[] destination = new byte[bytes];
        in.readBytes(source).readBytes(destination);
        int sourcePort = in.readUnsignedShort();
        int destinationPort = in.readUnsignedShort();
        checkExtensions(in);
        return new ProxyHeader(
                new InetSocketAddress(inet(source), sourcePort), new InetSocketAddress(inet(destination), destinationPort));
    }

    /** 2.2: type, length, value, one after the other, up to the end exactly. */
    private static void checkExtensions(ByteBuf in) throws MalformedException {
        while (in.isReadable()) {
            if (in.readableBytes() < 3) {
                throw new MalformedException("version 2 extension is cut off");
            }
            int length = in.getUnsignedShort(in.readerIndex() + 1);
            if (in.readableBytes() < 3 + length) {
                throw new MalformedException("version 2 extension is cut off");
            }
            in.skipBytes(3 + length);
        }
    }

    private static InetAddress inet(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of " + bytes.length + " bytes", e);
        }
    }
}
