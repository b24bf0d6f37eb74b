package io.weir.l7.guard;

import io.weir.l7.head.Ascii;

/** The grammar of host and port (RFC 3986 3.2.2, 3.2.3), without user information; stateless, any thread may call. */
final class Authority {
    private static final int MAX_PORT = 65535;
    private static final int DEFAULT_PORT = 80;

    private Authority() {}

    /** Whether the bytes are a host that is not empty, with or without a port. */
    static boolean valid(byte[] bytes, int at, int end) {
        if (at == end) {
            return false;
        }
        int hostEnd = bytes[at] == '[' ? literalEnd(bytes, at, end) : nameEnd(bytes, at, end);
        if (hostEnd <= at || hostEnd == end) {
            return hostEnd == end;
        }
        return bytes[hostEnd] == ':' && validPort(bytes, hostEnd + 1, end);
    }

    /** The end of the host in a valid authority: where its port's colon stands, or {@code end}. */
    static int hostEnd(byte[] bytes, int at, int end) {
        byte last = (byte) (bytes[at] == '[' ? ']' : ':');
        int i = at;
        while (i < end && bytes[i] != last) {
            i++;
        }
        return last == ']' ? i + 1 : i;
    }

    /** Whether two valid authorities of http are the same one. */
    static boolean same(byte[] bytes, int at, int end, int otherAt, int otherEnd) {
        int hostEnd = hostEnd(bytes, at, end);
        int otherHostEnd = hostEnd(bytes, otherAt, otherEnd);
        if (hostEnd - at != otherHostEnd - otherAt || port(bytes, hostEnd, end) != port(bytes, otherHostEnd, otherEnd)) {
            return false;
        }
        for (int i = 0; i < hostEnd - at; i++) {
            if (Ascii.toLower(bytes[at + i]) != Ascii.toLower(bytes[otherAt + i])) {
                return false;
            }
        }
        return true;
    }

    private static long port(byte[] bytes, int hostEnd, int end) {
        return end - hostEnd < 2 ? DEFAULT_PORT : Body.parseLength(bytes, hostEnd + 1, end);
    }

    private static int nameEnd(byte[] bytes, int at, int end) {
        int i = at;
        while (i < end && Ascii.isHostByte(bytes[i])) {
            if (bytes[i] == '%') {
                if (i + 2 >= end || Ascii.hexValue(bytes[i + 1]) < 0 || Ascii.hexValue(bytes[i + 2]) < 0) {
                    return -1;
                }
            }
            i++;
        }
        return i;
    }

    /** The index behind the closing bracket, or -1. */
    private static int literalEnd(byte[] bytes, int at, int end) {
        int colons = 0;
        for (int i = at + 1; i < end; i++) {
            byte b = bytes[i];
            if (b == ']') {
                return colons >= 2 ? i + 1 : -1;
            }
            if (b == ':') {
                colons++;
            } else if (b != '.' && Ascii.hexValue(b) < 0) {
                return -1;
            }
        }
        return -1;
    }

    private static boolean validPort(byte[] bytes, int at, int end) {
        if (end - at > 5) {
            return false;
        }
        if (at == end) {
            return true;
        }
        long port = Body.parseLength(bytes, at, end);
        return port >= 0 && port <= MAX_PORT;
    }
}
