package io.weir.core.health;

import java.time.Duration;
import java.util.OptionalInt;

/** How one probe ended. Any thread. */
public sealed interface ProbeOutcome {
    /** When it began, on the clock of {@link System#nanoTime}: a success from before an ejection proves nothing. */
    long startedNanos();

    /**
     * The member passed.
     *
     * @param weight that the probe wants it to have from now on, 0..100; empty: it says nothing about weight (KA-12)
     */
    record Success(long startedNanos, Duration latency, OptionalInt weight) implements ProbeOutcome {
        public Success(long startedNanos, Duration latency) {
            this(startedNanos, latency, OptionalInt.empty());
        }
    }

    /**
     * The member failed.
     *
     * @param detail the whole story in a few words, the same for the same fault: {@code "status 500, want 2xx"}
     */
    record Failure(long startedNanos, Cause cause, String detail) implements ProbeOutcome {
        public Failure(long startedNanos, Cause cause) {
            this(startedNanos, cause, cause.text());
        }
    }

    /** Nothing was learnt, for the fault was on our side: no descriptor, no port left. It counts for nothing. */
    record NotTried(long startedNanos, String detail) implements ProbeOutcome {}

    /** Why a member failed its probe. */
    enum Cause {
        REFUSED("connect refused"), //
        CONNECT_TIMED_OUT("connect timed out"), //
        UNREACHABLE("host unreachable"), //
        CONNECT_FAILED("connect failed"), //
        RESET("connection reset"), //
        PORT_UNREACHABLE("port unreachable"), //
        CLOSED("closed without an answer"), //
        TLS_FAILED("TLS handshake failed"), //
        CERTIFICATE("certificate refused"), //
        NO_ANSWER("no answer"), //
        BAD_ANSWER("bad answer"), //
        WRONG_STATUS("wrong status"), //
        WRONG_BODY("wrong body"), //
        SCRIPT_FAILED("script failed");

        private final String text;

        Cause(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }

        /** Whether nothing came back at all, which may be the fault of whoever asked. */
        public boolean silence() {
            return this == CONNECT_TIMED_OUT || this == NO_ANSWER;
        }

        /** A stable word for programs: {@code connect-refused}. */
        public String code() {
            return Reason.codeOf(text);
        }
    }
}
