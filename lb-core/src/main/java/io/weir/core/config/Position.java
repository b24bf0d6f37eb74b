package io.weir.core.config;

/** Where a value stands in its text, counted from 1 as editors do; {@link #UNKNOWN} when it came from no text. */
record Position(int line, int column) {
    static final Position UNKNOWN = new Position(0, 0);
}
