package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.l7.guard.Verdict;
import io.weir.l7.h2.FieldWriter;
import io.weir.l7.head.Ascii;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * An answer that Weir gives itself. Its field {@code X-Weir-Reason} names the side that failed and why:
 * {@code backend; closed the connection before its answer}. Immutable, all made at start; any thread may call.
 */
public final class OwnAnswer {
    /** Whose fault it was. */
    public enum Side {
        CLIENT("client"),
        BACKEND("backend"),
        WEIR("weir");

        private final String text;

        Side(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    private static final List<OwnAnswer> ALL = new ArrayList<>();

    static final OwnAnswer NO_ROUTE = of(404, Side.CLIENT, "no route matches");
    static final OwnAnswer LISTENER_GONE = of(503, Side.WEIR, "the listener is no longer configured");
    static final OwnAnswer HEAD_TIMEOUT = of(408, Side.CLIENT, "request head did not arrive in time");
    static final OwnAnswer BODY_TIMEOUT = of(408, Side.CLIENT, "request body did not arrive in time");
    static final OwnAnswer BODY_TOO_SLOW = of(408, Side.CLIENT, "request body arrived too slowly");
    static final OwnAnswer BODY_CUT = of(400, Side.CLIENT, "request body ended early");
    static final OwnAnswer BAD_ANSWER = of(502, Side.BACKEND, "sent a malformed answer");
    static final OwnAnswer BACKEND_LOST = of(502, Side.BACKEND, "closed the connection before its answer");
    static final OwnAnswer NO_BACKEND = of(503, Side.WEIR, "no backend is in service");
    static final OwnAnswer ALL_AT_CAP = of(503, Side.WEIR, "every backend is at its connection limit");
    static final OwnAnswer OVERLOADED = of(503, Side.WEIR, "memory runs out");
    static final OwnAnswer NO_DESCRIPTOR = of(503, Side.WEIR, "out of descriptors");
    static final OwnAnswer BACKEND_REMOVED = of(503, Side.WEIR, "the backend was taken out of service");
    static final OwnAnswer CONNECT_FAILED = of(503, Side.BACKEND, "no backend could be connected");
    static final OwnAnswer CONNECT_TIMEOUT = of(503, Side.BACKEND, "no backend could be connected in time");
    static final OwnAnswer ANSWER_TIMEOUT = of(504, Side.BACKEND, "did not answer in time");
    static final OwnAnswer UPLOAD_TIMEOUT = of(504, Side.BACKEND, "did not read the request body in time");
    private static final Map<Verdict, OwnAnswer> BY_VERDICT = byVerdict();

    private final int index;
    private final int status;
    private final Side side;
    private final String reason;
    private final byte[] keepAliveHead;
    private final byte[] closeHead;
    private final byte[] block;
    private final byte[] body;

    private OwnAnswer(int index, int status, Side side, String reason) {
        this.index = index;
        this.status = status;
        this.side = side;
        this.reason = reason;
        this.body = Ascii.bytes(status + " " + text(status) + ": " + side.text() + "; " + reason + "\n");
        String head = "HTTP/1.1 " + status + " " + text(status) + "\r\nContent-Type: text/plain\r\nContent-Length: " + body.length
                + "\r\nX-Weir-Reason: " + side.text() + "; " + reason + "\r\n";
        this.keepAliveHead = Ascii.bytes(head + "\r\n");
        this.closeHead = Ascii.bytes(head + "Connection: close\r\n\r\n");
        this.block = FieldWriter.block(status, "content-type", "text/plain", "content-length", Integer.toString(body.length),
                "x-weir-reason",
                side.text() + "; " + reason);
    }

    /** Every answer that there is, in the order of {@link #index}. */
    public static List<OwnAnswer> all() {
        return Collections.unmodifiableList(ALL);
    }

    /** How a request is refused of which the guard says this. */
    static OwnAnswer to(Verdict verdict) {
        OwnAnswer answer = BY_VERDICT.get(verdict);
        if (answer == null) {
            throw new IllegalArgumentException(verdict + " refuses nothing");
        }
        return answer;
    }

    /** Its place in arrays of counters. */
    int index() {
        return index;
    }

    public int status() {
        return status;
    }

    public Side side() {
        return side;
    }

    public String reason() {
        return reason;
    }

    ByteBuf encode(ByteBufAllocator allocator, boolean keepAlive, boolean withBody) {
        byte[] head = keepAlive ? keepAliveHead : closeHead;
        ByteBuf answer = allocator.directBuffer(head.length + body.length).writeBytes(head);
        return withBody ? answer.writeBytes(body) : answer;
    }

    /** Its head for HTTP/2. */
    byte[] block() {
        return block;
    }

    byte[] body() {
        return body;
    }

    private static OwnAnswer of(int status, Side side, String reason) {
        OwnAnswer answer = new OwnAnswer(ALL.size(), status, side, reason);
        ALL.add(answer);
        return answer;
    }

    private static Map<Verdict, OwnAnswer> byVerdict() {
        Map<Verdict, OwnAnswer> byVerdict = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            if (verdict.status() > 0) {
                byVerdict.put(verdict, of(verdict.status(), Side.CLIENT, verdict.reason()));
            }
        }
        return byVerdict;
    }

    private static String text(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 408 -> "Request Timeout";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 417 -> "Expectation Failed";
            case 431 -> "Request Header Fields Too Large";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default -> throw new IllegalArgumentException("status " + status + " has no text");
        };
    }
}
