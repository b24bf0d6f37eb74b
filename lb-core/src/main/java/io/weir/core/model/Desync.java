package io.weir.core.model;

/** How far the framing of a request may stray from the standard before it is refused. */
public enum Desync {
    /** Only what no recipient could read in two ways is refused unread; the rest is told of and forwarded in one reading. */
    MONITOR,
    /** What recipients may read in two ways is refused. */
    DEFENSIVE,
    /** Only what a sender should have sent passes. */
    STRICTEST
}
