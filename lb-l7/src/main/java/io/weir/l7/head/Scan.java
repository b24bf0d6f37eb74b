package io.weir.l7.head;

/** How far a scan came: it needs more, it is done, or the first fault that it met. */
public enum Scan {
    PARTIAL,
    COMPLETE,
    BAD_METHOD,
    BAD_TARGET,
    BAD_VERSION,
    UNSUPPORTED_VERSION,
    BAD_STATUS_LINE,
    BAD_LINE_END,
    FOLDED_FIELD,
    BAD_FIELD_NAME,
    BAD_FIELD_VALUE,
    HEAD_TOO_LARGE,
    TARGET_TOO_LONG,
    TOO_MANY_FIELDS
}
