package io.weir.daemon.admin;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the endpoint of a request and turns whatever goes wrong there into a problem document. Immutable, any thread. */
final class Router {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private final List<Endpoint> endpoints;

    /** @param endpoints where two match a path, the first one answers */
    Router(List<Endpoint> endpoints) {
        this.endpoints = List.copyOf(endpoints);
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    /** Answers; interrupted only when the daemon stops. */
    Response answer(Request request) throws InterruptedException {
        try {
            return dispatch(request);
        } catch (RequestRefused refused) {
            return Response.problem(refused.problem());
        } catch (RuntimeException | AssertionError | StackOverflowError brokenPromise) {
            LOG.error("{} {} failed", request.method(), request.path(), brokenPromise);
            return Response.problem(ProblemDocument.of(500, "this is a fault of weir; its log says more: " + brokenPromise));
        }
    }

    private Response dispatch(Request request) throws InterruptedException {
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        List<String> path = segments(request.path());
        var allowed = new TreeSet<String>();
        for (Endpoint endpoint : endpoints) {
            var names = endpoint.match(path);
            if (names.isPresent() && endpoint.method().equals(method)) {
                checkParameters(endpoint, request);
                return endpoint.handler().handle(request.withNames(names.get()));
            }
            names.ifPresent(_ -> allowed.add(endpoint.method()));
        }
        if (allowed.isEmpty()) {
            throw RequestRefused.of(404, "there is no " + request.path() + "; /v1/openapi.json lists what there is");
        }
        String methods = String.join(", ", allowed);
        return Response.problem(ProblemDocument.of(405, request.method() + " " + request.path() + ": want " + methods))
            .with("allow", methods);
    }

    /** A parameter with a slip in its name must not be taken for none: {@code ?dryrun=true} would be an edit. */
    private static void checkParameters(Endpoint endpoint, Request request) {
        List<String> known = endpoint.parameters().stream().map(Endpoint.Parameter::name).toList();
        request.query().keySet().stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw RequestRefused
                .malformed("parameter '" + name + "' is unknown, want " + (known.isEmpty() ? "none" : String.join(", ", known)));
        });
    }

    private static List<String> segments(String path) {
        List<String> decoded = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            decoded.add(decoded(segment));
        }
        return decoded;
    }

    private static String decoded(String segment) {
        try {
            return QueryStringDecoder.decodeComponent(segment.replace("+", "%2B"));
        } catch (IllegalArgumentException e) {
            throw RequestRefused.malformed("the path has a broken percent escape in '" + segment + "'", e);
        }
    }
}
