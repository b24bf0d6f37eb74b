package io.weir.daemon.admin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One method on one path of the API, described well enough to document itself. Immutable.
 *
 * @param template the path, with {@code {name}} for a segment that the client chooses
 * @param summary one sentence for the OpenAPI document
 * @param parameters of the query
 */
record Endpoint(String method, String template, String summary, Kind kind, List<Parameter> parameters, Handler handler) {
    private static final Parameter DRY_RUN = new Parameter("dryRun", "true: say what would change and change nothing");

    private static final Parameter FORCE = new Parameter("force", "true: also if a listener would then refuse every client");

    Endpoint {
        parameters = List.copyOf(parameters);
    }

    /** What the document says about bodies and status codes. */
    enum Kind {
        /** Answers with what is there. */
        READ,
        /** Changes the configuration with a body: a resource as in the traffic file. */
        CHANGE,
        /** Changes the configuration without a body. */
        COMMAND,
        /** Changes the members of a pool and no revision; PUT has a body. */
        MEMBER,
        /** Does something at once that is neither configuration nor membership, without a body. */
        ACTION
    }

    /** A parameter of the query. */
    record Parameter(String name, String description) {}

    /** Answers a request, on its virtual thread; it may block and may throw {@link RequestRefused}. */
    @FunctionalInterface
    interface Handler {
        Response handle(Request request) throws InterruptedException;
    }

    static Endpoint get(String template, String summary, Handler handler) {
        return new Endpoint("GET", template, summary, Kind.READ, List.of(), handler);
    }

    static Endpoint change(String method, String template, String summary, Handler handler) {
        return new Endpoint(method, template, summary, Kind.CHANGE, List.of(DRY_RUN, FORCE), handler);
    }

    static Endpoint command(String method, String template, String summary, Handler handler) {
        return new Endpoint(method, template, summary, Kind.COMMAND, List.of(DRY_RUN, FORCE), handler);
    }

    static Endpoint action(String method, String template, String summary, Handler handler) {
        return new Endpoint(method, template, summary, Kind.ACTION, List.of(), handler);
    }

    static Endpoint member(String method, String template, String summary, Handler handler) {
        return new Endpoint(method, template, summary, Kind.MEMBER, List.of(), handler);
    }

    Endpoint with(Parameter... more) {
        List<Parameter> all = new ArrayList<>(parameters);
        all.addAll(List.of(more));
        return new Endpoint(method, template, summary, kind, all, handler);
    }

    /** Whether it changes the configuration. */
    boolean changes() {
        return kind == Kind.CHANGE || kind == Kind.COMMAND;
    }

    boolean hasBody() {
        return kind == Kind.CHANGE || (kind == Kind.MEMBER && method.equals("PUT"));
    }

    /** The names of the template's segments in braces, in their order. */
    List<String> names() {
        return segments().stream().filter(Endpoint::chosen).map(s -> s.substring(1, s.length() - 1)).toList();
    }

    /** What the segments in braces stand for in a path; empty if it is not a path of this endpoint. */
    Optional<Map<String, String>> match(List<String> path) {
        List<String> wanted = segments();
        if (path.size() != wanted.size()) {
            return Optional.empty();
        }
        var names = new HashMap<String, String>();
        for (int i = 0; i < path.size(); i++) {
            String segment = wanted.get(i);
            if (chosen(segment)) {
                names.put(segment.substring(1, segment.length() - 1), path.get(i));
            } else if (!segment.equals(path.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(names);
    }

    private List<String> segments() {
        return List.of(template.split("/", -1));
    }

    private static boolean chosen(String segment) {
        return segment.startsWith("{");
    }
}
