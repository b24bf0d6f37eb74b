package io.weir.net.session;

/** Takes note of sessions that have ended. Called on event loops: it neither blocks nor throws. */
@FunctionalInterface
public interface SessionSink {
    void ended(SessionEnd end);
}
