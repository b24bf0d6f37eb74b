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
 * <p>A head that may be forwarded in spite of what was found is left in the one form that says what was read: a single plain
 * Content-Length, none beside a Transfer-Encoding, one Host, an origin-form target.
 */
public final class RequestGuard {
    private static final byte[] HTTP_SCHEME = Ascii.bytes("http://");
    private static final byte[] CONTINUE = Ascii.bytes("100-continue");
    private static final byte[] HOST = Ascii.bytes("Host");
    private static final int ABSENT = -1;

    private final ConnectionOptions connection = new ConnectionOptions();
    private final ContentLength length = new ContentLength();

    private Method method = Method.OTHER;
    private long body;
    private boolean expectsContinue;
    private boolean keepAlive;
    private int hosts;
    private int codings;
    private int host;
    private int coding;
    private boolean expects;
    private boolean badExpectation;
    private Verdict found = Verdict.OK;

    /**
     * Judges a whole head; an absolute target is turned into the origin form, its authority into the Host.
     *
     * @param maxBody bytes that the body may have
     * @return the gravest thing that was found; the accessors hold unless it is refused in every mode
     */
    public Verdict judge(MessageHead head, long maxBody) {
        return judge(head, maxBody, false);
    }

    /**
     * Judges a whole head of HTTP/2, where the stream ends the body: without a length it goes on in chunks.
     *
     * @param ends whether the stream ends with the head
     * @return as {@link #judge}
     */
    public Verdict judgeStream(MessageHead head, long maxBody, boolean ends) {
        Verdict verdict = judge(head, maxBody, !ends);
        return ends && body > 0 ? Verdict.CUT_LENGTH : verdict;
    }

    private Verdict judge(MessageHead head, long maxBody, boolean streamed) {
        clear();
        method = head.method();
        collect(head);
        Verdict refusal = target(head);
        if (refusal == Verdict.OK) {
            refusal = host(head);
        }
        if (refusal == Verdict.OK) {
            refusal = body(head, maxBody, streamed);
        }
        if (refusal == Verdict.OK) {
            refusal = rest(head);
        }
        if (refusal != Verdict.OK) {
            found = refusal;
        }
        return found;
    }

    /** Whether another recipient may have read the request in another way, so that no connection that saw it is used again. */
    public boolean ambiguous() {
        return found.framing().compareTo(Framing.AMBIGUOUS) >= 0;
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
        expectsContinue = expects = badExpectation = false;
        keepAlive = false;
        hosts = codings = 0;
        host = coding = ABSENT;
        found = Verdict.OK;
        length.clear();
        connection.clear();
    }

    /** Keeps the gravest of what does not stop the reading. */
    private void note(Verdict verdict) {
        if (verdict.framing().compareTo(found.framing()) > 0) {
            found = verdict;
        }
    }

    private void collect(MessageHead head) {
        if (head.bytes()[0] == Ascii.CR) {
            note(Verdict.EMPTY_LINE_FIRST);
        }
        int fields = head.fields();
        for (int field = 0; field < fields; field++) {
            switch (head.token(field)) {
                case Token.HOST -> {
                    hosts++;
                    host = field;
                }
                case Token.CONTENT_LENGTH -> length.add(head, field);
                case Token.TRANSFER_ENCODING -> {
                    codings++;
                    coding = field;
                }
                case Token.CONNECTION -> connection.add(head, field);
                case Token.EXPECT -> expectation(head, field);
                case Token.ALIAS -> note(Verdict.ALIASED_FIELD);
                default -> {
                    // says nothing about framing
                }
            }
        }
    }

    private void expectation(MessageHead head, int field) {
        int at = head.valueAt(field);
        expects = true;
        badExpectation |= !Ascii.equalsIgnoreCase(head.bytes(), at, head.valueEnd(field) - at, CONTINUE);
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
        if (hosts == 1) {
            if (!Authority.valid(bytes, head.valueAt(host), head.valueEnd(host))) {
                return Verdict.BAD_HOST;
            }
            if (!Authority.same(bytes, at, pathAt, head.valueAt(host), head.valueEnd(host))) {
                note(Verdict.OTHER_AUTHORITY);
            }
        }
        authority(head, at, pathAt);
        OriginForm.set(head, method, pathAt, end);
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

    /** RFC 9112 6.3. */
    private Verdict body(MessageHead head, long maxBody, boolean streamed) {
        if (codings > 0) {
            return codedBody(head);
        }
        if (!length.given()) {
            body = streamed ? Body.CHUNKED : 0;
            return streamed ? bodyOfMethod(head) : Verdict.OK;
        }
        Verdict said = length.verdict();
        if (said.framing() == Framing.SEVERE) {
            return said;
        }
        note(said);
        length.makePlain(head);
        body = length.value();
        return body > maxBody ? Verdict.BODY_TOO_LARGE : bodyOfMethod(head);
    }

    /** The coding wins over a length, and the connection ends with the exchange (RFC 9112 6.1, 6.3). */
    private Verdict codedBody(MessageHead head) {
        if (head.minorVersion() == 0) {
            return Verdict.CODING_IN_HTTP_1_0;
        }
        if (codings > 1 || !Body.isChunked(head, coding)) {
            return Verdict.BAD_CODING;
        }
        if (length.given()) {
            Verdict said = length.verdict();
            if (said.framing() == Framing.SEVERE) {
                return said;
            }
            note(Verdict.LENGTH_AND_CODING);
            length.remove(head);
        }
        body = Body.CHUNKED;
        return bodyOfMethod(head);
    }

    private Verdict bodyOfMethod(MessageHead head) {
        Verdict said = Body.ofMethod(method, body, head.minorVersion());
        if (said.framing() == Framing.SEVERE) {
            return said;
        }
        note(said);
        return Verdict.OK;
    }

    private Verdict rest(MessageHead head) {
        if (!connection.wellFormed()) {
            note(Verdict.BAD_CONNECTION);
        }
        keepAlive = !ambiguous() && connection.persists(head.minorVersion());
        if (!expects || head.minorVersion() == 0) {
            return Verdict.OK;
        }
        if (badExpectation) {
            return Verdict.BAD_EXPECTATION;
        }
        expectsContinue = body != 0;
        if (!expectsContinue) {
            note(Verdict.IDLE_EXPECTATION);
        }
        return Verdict.OK;
    }
}
