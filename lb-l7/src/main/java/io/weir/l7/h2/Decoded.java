package io.weir.l7.h2;

/** What came of a header block. */
public enum Decoded {
    /** A sound head. */
    COMPLETE,
    /** Against RFC 9113 8.2, 8.3: a stream error. */
    MALFORMED,
    HEAD_TOO_LARGE,
    TARGET_TOO_LONG,
    TOO_MANY_FIELDS,
    /** Against RFC 7541: the connection must end, for the table is lost. */
    BROKEN
}
