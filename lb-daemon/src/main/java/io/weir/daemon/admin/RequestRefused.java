package io.weir.daemon.admin;

import org.jspecify.annotations.Nullable;

/** Ends a request with a problem document. Thrown and caught on the virtual thread of the request. */
final class RequestRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient ProblemDocument problem;

    RequestRefused(ProblemDocument problem) {
        this(problem, null);
    }

    private RequestRefused(ProblemDocument problem, @Nullable Throwable cause) {
        super(problem.detail(), cause, false, false);
        this.problem = problem;
    }

    static RequestRefused of(int status, String detail) {
        return new RequestRefused(ProblemDocument.of(status, detail));
    }

    static RequestRefused malformed(String detail) {
        return of(400, detail);
    }

    static RequestRefused malformed(String detail, Throwable cause) {
        return new RequestRefused(ProblemDocument.of(400, detail), cause);
    }

    /** @param noun such as {@code pool} */
    static RequestRefused noSuch(String noun, String name) {
        return of(404, "there is no " + noun + " '" + name + "'");
    }

    ProblemDocument problem() {
        return problem;
    }
}
