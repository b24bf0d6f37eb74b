package io.weir.l7.exchange;

/** What must happen next on a client's connection, or else. */
enum Awaited {
    FIRST_BYTE,
    HEAD,
    REQUEST_BODY,
    ANSWER,
    ANSWER_BODY,
    CLIENTS_CLOSE;

    /** Whether it is long enough, and seldom enough, to be looked at every second. */
    boolean alwaysLookedAt() {
        return switch (this) {
            case HEAD, REQUEST_BODY, ANSWER_BODY -> true;
            case FIRST_BYTE, ANSWER, CLIENTS_CLOSE -> false;
        };
    }

    /** Whether a peer that reads slowly, but reads, may take longer. */
    boolean excusesSlowReaders() {
        return switch (this) {
            case HEAD, ANSWER -> false;
            case FIRST_BYTE, REQUEST_BODY, ANSWER_BODY, CLIENTS_CLOSE -> true;
        };
    }
}
