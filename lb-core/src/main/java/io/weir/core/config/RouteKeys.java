package io.weir.core.config;

import io.weir.core.model.HttpTimeouts;
import io.weir.core.model.Route;
import io.weir.core.model.Route.PathMatch;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The keys of a route. */
final class RouteKeys {
    private static final String PATH_WANTED = "a path of 1..1024 visible ASCII characters from '/', without '?' and '#'";

    static final Key<PathMatch> PREFIX = Key.optional("prefix", Scalars.parsed(PATH_WANTED, PathMatch.Prefix::new),
            "The path and all below it: /cart matches /cart/1, not /carts.");
    static final Key<PathMatch> EXACT = Key.optional("exact", Scalars.parsed(PATH_WANTED, PathMatch.Exact::new), "This path alone.");
    static final MappingShape<PathMatch> PATH_FORMS = new MappingShape<>(
            MappingShape.keys(List.of(PREFIX, EXACT), Key.later("suffix", "glob", "regex", "wildcard")), RouteKeys::checkPath,
            fields -> fields.given(PREFIX).or(() -> fields.given(EXACT)).orElseThrow());

    static final Key<List<String>> HOST = Key.otherwise("host", new SequenceShape<>(
            Scalars.parsed("a host name, or '*.' and one", RouteKeys::host), 1), List.of(),
            "Any of these; *. stands for one or more labels.");
    static final Key<PathMatch> PATH = Key.optional("path", PATH_FORMS, "The path without its query; absent: every path.");
    static final MappingShape<Match> MATCH_FORMS = MappingShape.of(
            MappingShape.keys(List.of(HOST, PATH), Key.later("method", "header", "query", "cookie", "source")),
            fields -> new Match(fields.get(HOST), fields.given(PATH).orElse(new PathMatch.Any())));

    static final Key<String> TARGET_POOL = Key.required("pool", Scalars.reference("pools", "pool"), "The pool.");
    static final MappingShape<String> TARGET = MappingShape.of(MappingShape.keys(List.of(TARGET_POOL), Key.later("weight")),
            fields -> fields.get(TARGET_POOL));

    static final Key<String> NAME = Key.required("name", Scalars.name(), "Its name, once in the listener.");
    static final Key<Match> MATCH = Key.optional("match", MATCH_FORMS, "What requests it takes; absent: all.");
    static final Key<String> FORWARD = Key.required("forward", new OneTarget(TARGET), "A list of the one pool that gets the requests.");
    static final Key<Duration> TIMEOUT = Key.optional("timeout", Scalars.duration(HttpTimeouts.MIN, HttpTimeouts.MAX),
            "Instead of the listener's requestTimeout.");

    static final MappingShape<Route> SHAPE = MappingShape.of(
            MappingShape.keys(List.of(NAME, MATCH, FORWARD, TIMEOUT), Key.later("filters", "retry", "circuitBreaker"),
                    Key.laterInsteadOf("forward", "redirect", "respond")),
            RouteKeys::route);

    private RouteKeys() {}

    /** Which requests a route takes. */
    record Match(List<String> hosts, PathMatch path) {
        static final Match ALL = new Match(List.of(), new PathMatch.Any());
    }

    private static Route route(Fields fields) {
        Match match = fields.given(MATCH).orElse(Match.ALL);
        return new Route(fields.get(NAME), match.hosts(), match.path(), fields.get(FORWARD), fields.given(TIMEOUT));
    }

    private static void checkPath(Fields fields) {
        if (fields.has(PREFIX) && fields.has(EXACT)) {
            fields.problem(EXACT, "prefix and exact", "one of them");
        } else if (fields.isEmpty()) {
            fields.problem(PREFIX, "nothing", "prefix or exact");
        }
    }

    private static String host(String text) {
        String host = text.toLowerCase(Locale.ROOT);
        return new Route("any", List.of(host), new PathMatch.Any(), "any", Optional.empty()).hosts().getFirst();
    }
}
