package io.weir.l7.backend;

import io.netty.buffer.ByteBuf;
import io.weir.core.health.EvidenceSink.ConnectFailure;
import io.weir.l7.guard.ResponseGuard;
import io.weir.l7.guard.Verdict;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Method;

/** Who asked a backend something: told of what becomes of it, on the event loop. */
public interface AnswerReceiver {
    /** Of the request that is to be answered. */
    Method method();

    /** Whether chunks of the answer may be passed on as chunks. */
    boolean acceptsChunks();

    /** A new connection is on its way: close it if the request is given up. */
    void dialling(BackendConnection connection);

    /** The connection stands; the request may be sent. */
    void connected();

    /** The connection does not come about and is gone. */
    void connectFailed(ConnectFailure cause);

    /** An interim answer (1xx) other than 100. */
    void interim(MessageHead head);

    /**
     * The head of the answer, judged.
     *
     * @param body what came of the body with it; the receiver releases it
     * @param complete whether that is all of it
     */
    void answer(MessageHead head, ResponseGuard guard, ByteBuf body, boolean complete);

    /** More of the body; the receiver releases it. */
    void body(ByteBuf part);

    /** The answer is complete and the connection free, or of no more use; the last call of an exchange that went well. */
    void finished(boolean reusable);

    /** The answer is malformed; the connection is closed. The last call. */
    void malformed(Verdict verdict);

    /**
     * The connection is gone before the answer was complete. The last call.
     *
     * @param heard whether a single byte of an answer had come
     */
    void lost(boolean heard);

    /** The connection can take more of the request again. */
    void writable();
}
