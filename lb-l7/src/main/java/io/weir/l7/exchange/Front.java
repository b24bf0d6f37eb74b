package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.weir.l7.guard.ResponseGuard;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Method;

/**
 * The asking side of an {@link Exchange}: a connection of HTTP/1, which asks one thing after the other, or one stream of
 * HTTP/2. It reads the request, which the exchange sends on as HTTP/1.1, and writes the answer in its own protocol.
 * Confined to its loop.
 */
interface Front {
    /** Who asks, as backends are told. */
    Origin origin();

    /** Of the request. */
    Method method();

    /** Whether the whole request was read. */
    boolean requestRead();

    /** Whether an answer's chunks may be passed on as chunks. */
    boolean acceptsChunks();

    /** The request is about to be sent to a backend, which has so long to answer. */
    void sending(long ticks);

    /** The backend takes the request's body, or takes more of it again. */
    void bodyAwaited();

    /** An interim answer. */
    void interim(MessageHead head);

    /**
     * The head of the answer.
     *
     * @param body what has come of the body, which is used up
     * @param complete whether that is all of it
     */
    void answer(MessageHead head, ResponseGuard guard, ByteBuf body, boolean complete);

    /** More of the answer's body, which is used up. */
    void body(ByteBuf part);

    /** Whether more of the answer may be given without piling up; {@link Exchange#clientWritable} tells when again. */
    boolean writable();

    /** The exchange lets go; one of the next four follows, unless the front gave up itself. */
    void exchangeEnded();

    /** The answer was given whole. */
    void answered();

    /** There is an answer of our own instead of one. */
    void refused(OwnAnswer answer);

    /** There is the pool's sorry page instead of an answer. */
    void excused(SorryPage page);

    /** The answer cannot be completed. */
    void cut(Cut cut);
}
