package io.weir.health.probe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gathers the head of an HTTP/1.x answer and reads its status. Confined to its owner. It takes line ends with and without CR: whether a
 * server is strict is not what a probe wants to know.
 */
final class AnswerHead {
    static final int LIMIT_BYTES = 8 * 1024;
    private static final int FIRST_BYTES = 512;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int FIRST_FINAL = 200;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9][0-9])( [^\r]*)?\r?");

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;
    /** Where the head begins that counts: an interim answer (RFC 9110 15.2) is passed over. */
    private int start;
    private int scanned;

    /** What is known of the answer so far. */
    sealed interface Result {}

    record Incomplete() implements Result {}

    record Status(int code) implements Result {}

    record Malformed(String problem) implements Result {}

    boolean isEmpty() {
        return length == 0;
    }

    /** Adds what arrived; bytes over the limit are not kept. */
    Result add(byte[] arrived) {
        int taken = Math.min(arrived.length, LIMIT_BYTES - length);
        if (length + taken > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(LIMIT_BYTES, Math.max(2 * bytes.length, length + taken)));
        }
        System.arraycopy(arrived, 0, bytes, length, taken);
        length += taken;
        return judge(taken < arrived.length || length == LIMIT_BYTES);
    }

    private Result judge(boolean full) {
        for (int end = endOfHead(); end >= 0; end = endOfHead()) {
            Result result = status(end);
            boolean interim = result instanceof Status(int code) && code < FIRST_FINAL && code != SWITCHING_PROTOCOLS;
            if (!interim) {
                return result;
            }
            start = end;
        }
        return full ? new Malformed("answer's head is over 8KiB") : new Incomplete();
    }

    /** The position after the empty line that ends the head; negative if it has not arrived. */
    private int endOfHead() {
        for (; scanned < length; scanned++) {
            if (bytes[scanned] == '\n' && scanned > start && followsLineEnd(scanned)) {
                return ++scanned;
            }
        }
        return -1;
    }

    private boolean followsLineEnd(int position) {
        int before = bytes[position - 1] == '\r' ? position - 2 : position - 1;
        return before >= start && bytes[before] == '\n';
    }

    private Result status(int end) {
        int lineEnd = start;
        while (bytes[lineEnd] != '\n') {
            lineEnd++;
        }
        assert lineEnd < end : "a head has a line";
        Matcher line = STATUS_LINE.matcher(new String(bytes, start, lineEnd - start, StandardCharsets.ISO_8859_1));
        return line.matches() ? new Status(Integer.parseInt(line.group(1))) : new Malformed("not an HTTP/1 answer");
    }
}
