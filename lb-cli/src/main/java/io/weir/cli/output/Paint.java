package io.weir.cli.output;

/** Colours for the states of things, or none. Any thread may use it. */
public enum Paint {
    NONE, COLOURS;

    private static final String RESET = "\033[0m";
    private static final String GREEN = "\033[32m";
    private static final String YELLOW = "\033[33m";
    private static final String RED = "\033[31m";

    /** The word in the colour of the state that it names; any other word as it is. */
    String state(String word) {
        if (this == NONE) {
            return word;
        }
        String colour = switch (word) {
            case "healthy", "listening" -> GREEN;
            case "checking", "warming", "draining", "drained", "disabled", "closed" -> YELLOW;
            case "unhealthy", "ejected", "failed" -> RED;
            default -> "";
        };
        return colour.isEmpty() ? word : colour + word + RESET;
    }
}
