package io.weir.net;

import io.weir.net.ProxyHeader.Carried;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PROXY protocol header, version 1 or 2, that a connection must begin with, and refuses whatever the
 * specification does not allow. Pure; any thread.
 */
public final class ProxyHeaderDecoder {
    /** Bytes of a version 1 line at most, with its CR LF (PROXY protocol 2.1). */
    public static final int VERSION_1_BYTES = 107;

    /** Bytes of a version 2 header at most, our own limit: addresses of any family and 2 KiB of additional fields. */
    public static final int VERSION_2_BYTES = 2_300;

    private static final int FIXED_BYTES = 16;

    private static final byte[] VERSION_1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);

    private static final String UNKNOWN = "PROXY UNKNOWN";

    /** What stands at the beginning of a connection. */
    public sealed interface Result {
        /** So far it could become a header: read on. */
        enum More implements Result {
            MORE
        }

        /** It is no header, or a wrong one: close the connection. */
        record Refused(String why) implements Result {}

        /**
         * The sender speaks for somebody else.
         *
         * @param bytes length of the header, after which the connection's own bytes begin
         */
        record Proxied(int bytes, InetSocketAddress source, InetSocketAddress destination) implements Result {}

        /** The sender speaks for itself, or cannot say for whom: the connection's own addresses count. */
        record Local(int bytes) implements Result {}
    }

    private ProxyHeaderDecoder() {
    }

    /**
     * Judges what a connection has sent so far.
     *
     * @param received from its position to its limit; neither is moved
     */
    public static Result decode(ByteBuffer received) {
        int length = received.remaining();
        if (startsLike(received, ProxyHeader.SIGNATURE)) {
            return length < FIXED_BYTES ? Result.More.MORE : version2(received.slice(), Carried.STREAM);
        }
        if (startsLike(received, VERSION_1)) {
            return version1(received);
        }
        return new Result.Refused("no PROXY header");
    }

    /** Judges what a datagram begins with: a header of version 2, all of it, for the line of version 1 is for streams. */
    public static Result decodeDatagram(ByteBuffer datagram) {
        boolean whole = datagram.remaining() >= FIXED_BYTES && startsLike(datagram, ProxyHeader.SIGNATURE);
        Result result = whole ? version2(datagram.slice(), Carried.DATAGRAM) : Result.More.MORE;
        return result instanceof Result.More ? new Result.Refused("no PROXY header of version 2") : result;
    }

    private static boolean startsLike(ByteBuffer received, byte[] beginning) {
        int compared = Math.min(received.remaining(), beginning.length);
        for (int i = 0; i < compared; i++) {
            if (received.get(received.position() + i) != beginning[i]) {
                return false;
            }
        }
        return true;
    }

    private static Result version1(ByteBuffer received) {
        int most = Math.min(received.remaining(), VERSION_1_BYTES);
        byte[] bytes = new byte[most];
        received.get(received.position(), bytes);
        for (int i = 0; i < most; i++) {
            if (bytes[i] == '\n') {
                return i > 0 && bytes[i - 1] == '\r'
                        ? line(new String(bytes, 0, i - 1, StandardCharsets.ISO_8859_1), i + 1)
                        : new Result.Refused("line ends without CR");
            }
            if (i > 0 && bytes[i - 1] == '\r') {
                return new Result.Refused("CR inside the line");
            }
        }
        return most < VERSION_1_BYTES ? Result.More.MORE : new Result.Refused("line is longer than 107 bytes");
    }

    private static Result line(String line, int bytes) {
        if (line.equals(UNKNOWN) || line.startsWith(UNKNOWN + " ")) {
            return new Result.Local(bytes);
        }
        String[] words = line.split(" ", -1);
        if (words.length != 6 || !(words[1].equals("TCP4") || words[1].equals("TCP6"))) {
            return new Result.Refused("line is not 'PROXY TCP4|TCP6 SOURCE DESTINATION PORT PORT'");
        }
        boolean inet4 = words[1].equals("TCP4");
        InetAddress source = inet4 ? inet4(words[2]) : inet6(words[2]);
        InetAddress destination = inet4 ? inet4(words[3]) : inet6(words[3]);
        int sourcePort = decimal(words[4], 65_535);
        int destinationPort = decimal(words[5], 65_535);
        if (source == null || destination == null) {
            return new Result.Refused("an address is not of the family " + words[1]);
        }
        if (sourcePort < 0 || destinationPort < 0) {
            return new Result.Refused("a port is not 0..65535");
        }
        return new Result.Proxied(
                bytes, new InetSocketAddress(source, sourcePort), new InetSocketAddress(destination, destinationPort));
    }

    private static @Nullable InetAddress inet4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            int part = decimal(parts[i], 255);
            if (part < 0) {
                return null;
            }
            bytes[i] = (byte) part;
        }
        return address(bytes);
    }

    private static @Nullable InetAddress inet6(String text) {
        if (text.indexOf(':') < 0 || !text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.')) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException notAnAddress) {
            return null;
        }
    }

    /** A number without sign or leading zero, or -1. */
    private static int decimal(String text, int most) {
        if (text.isEmpty() || text.length() > 5 || (text.length() > 1 && text.charAt(0) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return value <= most ? value : -1;
    }

    private static Result version2(ByteBuffer header, Carried carried) {
        int command = header.get(12) & 0xff;
        int family = header.get(13) & 0xff;
        int bytes = FIXED_BYTES + (header.getShort(14) & 0xffff);
        if (command >> 4 != 2) {
            return new Result.Refused("version is " + (command >> 4) + ", want 2");
        }
        if ((command & 0xf) > 1) {
            return new Result.Refused("command is " + (command & 0xf) + ", want 0 (LOCAL) or 1 (PROXY)");
        }
        int addressBytes = addressBytes(family);
        if (addressBytes < 0) {
            return new Result.Refused("family and transport are 0x" + Integer.toHexString(family));
        }
        if (bytes > VERSION_2_BYTES) {
            return new Result.Refused("header is " + bytes + " bytes, want at most " + VERSION_2_BYTES);
        }
        boolean local = (command & 0xf) == 0;
        if (!local && bytes < FIXED_BYTES + addressBytes) {
            return new Result.Refused("header is too short for its addresses");
        }
        if (header.remaining() < bytes) {
            return Result.More.MORE;
        }
        if (local) {
            return new Result.Local(bytes);
        }
        ByteBuffer whole = header.slice(0, bytes);
        String wrongField = wrongField(whole, FIXED_BYTES + addressBytes);
        if (wrongField != null) {
            return new Result.Refused(wrongField);
        }
        if (family == (ProxyHeader.FAMILY_INET | carried.code())) {
            return proxied(whole, 4);
        }
        if (family == (ProxyHeader.FAMILY_INET6 | carried.code())) {
            return proxied(whole, 16);
        }
        // PROXY protocol 2.2: a valid family that the receiver does not serve counts as unspecified.
        return new Result.Local(bytes);
    }

    /** PROXY protocol 2.2: what each combination of family and transport takes; -1 if there is none such. */
    private static int addressBytes(int family) {
        return switch (family) {
            case 0x00 -> 0;
            case 0x11, 0x12 -> 12;
            case 0x21, 0x22 -> 36;
            case 0x31, 0x32 -> 216;
            default -> -1;
        };
    }

    private static Result proxied(ByteBuffer header, int addressBytes) {
        byte[] source = new byte[addressBytes];
        byte[] destination = new byte[addressBytes];
        header.position(FIXED_BYTES).get(source).get(destination);
        int sourcePort = header.getShort() & 0xffff;
        int destinationPort = header.getShort() & 0xffff;
        return new Result.Proxied(
                header.limit(),
                new InetSocketAddress(address(source), sourcePort),
                new InetSocketAddress(address(destination), destinationPort));
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of " + bytes.length + " bytes", impossible);
        }
    }

    /** Walks the additional fields (PROXY protocol 2.2.1) and checks the checksum if there is one; null if all is well. */
    private static @Nullable String wrongField(ByteBuffer header, int start) {
        int at = start;
        while (at < header.limit()) {
            if (header.limit() - at < 3) {
                return "an additional field is cut off";
            }
            int type = header.get(at) & 0xff;
            int length = header.getShort(at + 1) & 0xffff;
            if (header.limit() - at - 3 < length) {
                return "an additional field is longer than the header";
            }
            if (type == ProxyHeader.CRC32C_FIELD && !(length == 4 && checksum(header, at + 3) == header.getInt(at + 3))) {
                return "the checksum is wrong";
            }
            at += 3 + length;
        }
        return null;
    }

    /** PROXY protocol 2.2.3: CRC32c of the header with the checksum itself as zero. */
    private static int checksum(ByteBuffer header, int at) {
        byte[] bytes = new byte[header.limit()];
        header.get(0, bytes);
        Arrays.fill(bytes, at, at + 4, (byte) 0);
        return ProxyHeader.checksum(bytes);
    }
}
