package io.weir.daemon;

import java.util.List;

/** Why a daemon does not start, in lines for the operator: first what is wrong, then what to do. */
public final class StartRefused extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> lines;

    StartRefused(List<String> lines) {
        super(String.join("\n", lines));
        this.lines = List.copyOf(lines);
    }

    StartRefused(String line, Throwable cause) {
        super(line, cause);
        this.lines = List.of(line);
    }

    public List<String> lines() {
        return lines;
    }
}
