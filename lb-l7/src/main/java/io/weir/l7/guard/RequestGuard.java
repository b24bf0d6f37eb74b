package io.weir.l7.guard;

import io.weir.l7.head.Ascii;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Method;
import io.weir.l7.head.Token;
import java.util.Arrays;

/**
 * Judges the framing of requests: where the body ends, whose authority they name, whether the connection goes on.
 * Confined to one event loop; what the accessors say holds until the next request is judged.
 *
 * <p>Of two readings none is taken: whatever RFC 9112 lets recipients read differently is refused.
 */
public final class RequestGuard {
    private static final byte[] HTTP_SCHEME = Ascii.bytes("http://");
    private static final byte[] CONTINUE = Ascii.bytes("100-continue");
    private static final byte[] HOST = Ascii.bytes("Host");
    private static final byte[] ROOT = {'/'};
    private static final byte[] ASTERISK = {'*'};
    private static final int ABSENT = -1;

    private final ConnectionOptions connection = new ConnectionOptions();

    private Method method = Method.OTHER;
    private long body;
    private boolean expectsContinue;
    private boolean keepAlive;
    private int hosts;
    private int lengths;
    private int codings;
    private int host;
    private int length;
    private int coding;
    private int expect;

    /**
     * Judges a whole head; an absolute target is turned into the origin form, its authority into the Host.
     *
     * @param maxBody bytes that the body may have
     */
    public Verdict judge(MessageHead head, long maxBody) {
        clear();
        method = head.method();
        collect(head);
        Verdict verdict = target(head);
        if (verdict == Verdict.OK) {
            verdict = host(head);
        }
        if (verdict == Verdict.OK) {
            verdict = body(head, maxBody);
        }
        return verdict == Verdict.OK ? rest(head) : verdict;
    }

    public Method method() {
        return method;
    }

    /** Bytes of the body, 0 for none, or {@link Body#CHUNKED}. */
    public long body() {
        return body;
    }

    /** Whether the client waits for a 100 before it sends its body. */
    public boolean expectsContinue() {
        return expectsContinue;
    }

    /** Whether the client will send another request on this connection. */
    public boolean keepAlive() {
        return keepAlive;
    }

    /** The field that holds the authority, or -1 for an HTTP/1.0 request without one. */
    public int hostField() {
        return host;
    }

    /** Where the host ends in the value of {@link #hostField()}: before its port. */
    public int hostEnd(MessageHead head) {
        return Authority.hostEnd(head.bytes(), head.valueAt(host), head.valueEnd(host));
    }

    private void clear() {
        body = 0;
        expectsContinue = false;
        keepAlive = false;
        hosts = lengths = codings = 0;
        host = length = coding = expect = ABSENT;
        connection.clear();
    }

    private void collect(MessageHead head) {
        int fields = head.fields();
        for (int field = 0; field < fields; field++) {
            switch (head.token(field)) {
                case Token.HOST -> {
                    hosts++;
                    host = field;
                }
                case Token.CONTENT_LENGTH -> {
                    lengths++;
                    length = field;
                }
                case Token.TRANSFER_ENCODING -> {
                    codings++;
                    coding = field;
                }
                case Token.CONNECTION -> connection.add(head, field);
                case Token.EXPECT -> expect = field;
                default -> {
                    // says nothing about framing
                }
            }
        }
    }

    /** The four forms of RFC 9112 3.2; the authority form belongs to CONNECT alone, which is not served. */
    private Verdict target(MessageHead head) {
        byte first = head.bytes()[head.targetAt()];
        if (method == Method.CONNECT) {
            return Verdict.CONNECT_REFUSED;
        }
        if (first == '/') {
            return Verdict.OK;
        }
        if (first == '*') {
            boolean asterisk = head.targetEnd() - head.targetAt() == 1;
            return asterisk && method == Method.OPTIONS ? Verdict.OK : Verdict.BAD_TARGET;
        }
        return absoluteTarget(head);
    }

    /** RFC 9112 3.2.2: the authority of the target wins over the Host field, which must be sound nevertheless. */
    private Verdict absoluteTarget(MessageHead head) {
        byte[] bytes = head.bytes();
        int at = head.targetAt() + HTTP_SCHEME.length;
        int end = head.targetEnd();
        if (at > end || !Ascii.equalsIgnoreCase(bytes, head.targetAt(), HTTP_SCHEME.length, HTTP_SCHEME)) {
            return Verdict.BAD_TARGET;
        }
        int pathAt = at;
        while (pathAt < end && bytes[pathAt] != '/' && bytes[pathAt] != '?') {
            pathAt++;
        }
        if (!Authority.valid(bytes, at, pathAt)) {
            return Verdict.BAD_TARGET;
        }
        if (hosts == 1 && !Authority.valid(bytes, head.valueAt(host), head.valueEnd(host))) {
            return Verdict.BAD_HOST;
        }
        authority(head, at, pathAt);
        originForm(head, pathAt, end);
        return Verdict.OK;
    }

    private void authority(MessageHead head, int at, int end) {
        if (hosts == 1) {
            head.value(host, head.bytes(), at, end - at);
        } else if (hosts == 0 && head.minorVersion() == 0) {
            byte[] value = Arrays.copyOfRange(head.bytes(), at, end);
            host = head.fields();
            hosts = 1;
            head.add(HOST, value);
        }
    }

    private void originForm(MessageHead head, int pathAt, int end) {
        if (pathAt < end && head.bytes()[pathAt] == '/') {
            head.target(pathAt, end);
            return;
        }
        boolean asterisk = pathAt == end && method == Method.OPTIONS;
        int at = head.append(asterisk ? ASTERISK : ROOT, 0, 1);
        int count = end - pathAt;
        if (count > 0) {
            head.append(head.bytes(), pathAt, count);
        }
        head.target(at, at + 1 + count);
    }

    private Verdict host(MessageHead head) {
        if (hosts > 1) {
            return Verdict.SEVERAL_HOSTS;
        }
        if (hosts == 0) {
            return head.minorVersion() == 0 ? Verdict.OK : Verdict.NO_HOST;
        }
        boolean valid = Authority.valid(head.bytes(), head.valueAt(host), head.valueEnd(host));
        return valid ? Verdict.OK : Verdict.BAD_HOST;
    }

    /** RFC 9112 6.3, with every case refused that it calls an error or lets a recipient repair. */
    private Verdict body(MessageHead head, long maxBody) {
        if (codings > 0) {
            return codedBody(head);
        }
        if (lengths == 0) {
            return Verdict.OK;
        }
        if (lengths > 1) {
            return Verdict.SEVERAL_LENGTHS;
        }
        body = Body.parseLength(head.bytes(), head.valueAt(length), head.valueEnd(length));
        if (body < 0) {
            return Verdict.BAD_LENGTH;
        }
        if (body > maxBody) {
            return Verdict.BODY_TOO_LARGE;
        }
        return body > 0 && !mayHaveBody(head) ? Verdict.UNEXPECTED_BODY : Verdict.OK;
    }

    private Verdict codedBody(MessageHead head) {
        if (lengths > 0) {
            return Verdict.LENGTH_AND_CODING;
        }
        if (head.minorVersion() == 0) {
            return Verdict.CODING_IN_HTTP_1_0;
        }
        if (codings > 1 || !isChunked(head, coding)) {
            return Verdict.BAD_CODING;
        }
        body = Body.CHUNKED;
        return mayHaveBody(head) ? Verdict.OK : Verdict.UNEXPECTED_BODY;
    }

    /** TRACE never has one (RFC 9110 9.3.8); before HTTP/1.1 a body of these methods is read by some and not by others. */
    private boolean mayHaveBody(MessageHead head) {
        return switch (method) {
            case TRACE -> false;
            case GET, HEAD, DELETE -> head.minorVersion() > 0;
            case POST, PUT, OPTIONS, PATCH, CONNECT, OTHER -> true;
        };
    }

    private Verdict rest(MessageHead head) {
        if (!connection.wellFormed()) {
            return Verdict.BAD_CONNECTION;
        }
        keepAlive = connection.persists(head.minorVersion());
        if (expect == ABSENT || head.minorVersion() == 0) {
            return Verdict.OK;
        }
        int at = head.valueAt(expect);
        if (!Ascii.equalsIgnoreCase(head.bytes(), at, head.valueEnd(expect) - at, CONTINUE)) {
            return Verdict.BAD_EXPECTATION;
        }
        expectsContinue = body != 0;
        return Verdict.OK;
    }

    static boolean isChunked(MessageHead head, int field) {
        int at = head.valueAt(field);
        return Ascii.equalsIgnoreCase(head.bytes(), at, head.valueEnd(field) - at, Body.CHUNKED_CODING);
    }
}
