package io.weir.l7.guard;

import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Method;
import io.weir.l7.head.Token;

/**
 * Judges the framing of answers: where the body ends, whether the backend's connection may be used again. Confined to
 * one event loop; what the accessors say holds until the next answer is judged.
 */
public final class ResponseGuard {
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final ConnectionOptions connection = new ConnectionOptions();
    private long body;
    private boolean bodiless;
    private boolean keepAlive;
    private int lengths;
    private int codings;
    private int length;
    private int coding;

    /** Judges a whole head, the answer to a request of {@code method}. */
    public Verdict judge(MessageHead head, Method method) {
        connection.clear();
        lengths = codings = 0;
        body = 0;
        collect(head);
        int status = head.status();
        if (status < 100 || status > 599) {
            return Verdict.BAD_STATUS_LINE;
        }
        if (status == SWITCHING_PROTOCOLS) {
            return Verdict.UNEXPECTED_UPGRADE;
        }
        keepAlive = connection.persists(head.minorVersion()) && connection.wellFormed();
        bodiless = interim(status) || status == NO_CONTENT || status == NOT_MODIFIED || method == Method.HEAD;
        return body(head);
    }

    /** Bytes of the body, 0 for none, {@link Body#CHUNKED} or {@link Body#UNTIL_CLOSE}. */
    public long body() {
        return body;
    }

    /** Whether the status or the method leaves no room for a body, whatever the fields say. */
    public boolean bodiless() {
        return bodiless;
    }

    /** Whether the backend will read another request on this connection. */
    public boolean keepAlive() {
        return keepAlive;
    }

    /** Whether this is not yet the answer (RFC 9110 15.2). */
    public static boolean interim(int status) {
        return status < 200;
    }

    private void collect(MessageHead head) {
        int fields = head.fields();
        for (int field = 0; field < fields; field++) {
            switch (head.token(field)) {
                case Token.CONTENT_LENGTH -> {
                    lengths++;
                    length = field;
                }
                case Token.TRANSFER_ENCODING -> {
                    codings++;
                    coding = field;
                }
                case Token.CONNECTION -> connection.add(head, field);
                default -> {
                    // says nothing about framing
                }
            }
        }
    }

    /** RFC 9112 6.3. */
    private Verdict body(MessageHead head) {
        if (lengths > 0 && codings > 0) {
            return Verdict.LENGTH_AND_CODING;
        }
        if (lengths > 1) {
            return Verdict.SEVERAL_LENGTHS;
        }
        if (codings > 0 && head.minorVersion() == 0) {
            return Verdict.CODING_IN_HTTP_1_0;
        }
        if (codings > 1 || (codings == 1 && !Body.isChunked(head, coding))) {
            return Verdict.BAD_CODING;
        }
        long announced = codings == 1 ? Body.CHUNKED : Body.UNTIL_CLOSE;
        if (lengths == 1) {
            announced = Body.parseLength(head.bytes(), head.valueAt(length), head.valueEnd(length));
            if (announced < 0) {
                return Verdict.BAD_LENGTH;
            }
        }
        body = bodiless ? 0 : announced;
        if (body == Body.UNTIL_CLOSE) {
            keepAlive = false;
        }
        return Verdict.OK;
    }
}
