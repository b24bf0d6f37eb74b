package io.weir.daemon;

/** What happens to the primary zone. */
enum DrillFault {
    KILLED("killed (SIGKILL)"), FROZEN("frozen (SIGSTOP)"), BLACK_HOLE("black hole"), SLOW("answers after 30 s"), FAILING("answers 500");

    private final String text;

    DrillFault(String text) {
        this.text = text;
    }

    /** For a row of the table. */
    String text() {
        return text;
    }
}
