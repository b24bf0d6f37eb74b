package io.weir.cli.output;

/** How a command ends, as scripts read it; the numbers are final. Any thread may use it. */
public enum ExitCode {
    DONE(0), FAILED(1),
    /** Wrong usage or invalid input. */
    INVALID(2), UNREACHABLE(3),
    /** Someone changed it first, it exists already, or it is in use. */
    CONFLICT(4), NOT_FOUND(5), NOT_ALLOWED(6), TIMED_OUT(7);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
