package io.weir.core.limit;

/** What a client that was taken takes up under the limits of its listener. */
public sealed interface Place extends Decision permits Admission, SourcePlace {
    /** Gives it back, exactly once and in any snapshot: it goes where it was taken from. Any thread. */
    void release();
}
