package io.weir.daemon.admin;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One administrator's request, whole. Immutable; handled on a virtual thread.
 *
 * @param path percent-decoded, without the query
 * @param query the values by name, percent-decoded
 * @param names what the segments in braces of the endpoint's template stand for; empty before routing
 * @param by who asks, for the audit: {@code "socket uid=0"}
 */
record Request(String method, String path, Map<String, List<String>> query, HttpHeaders headers, String body, Map<String, String> names,
        String by) {

    Request withNames(Map<String, String> newNames) {
        return new Request(method, path, query, headers, body, newNames, by);
    }

    /** What {@code {segment}} of the endpoint's template stands for. */
    String name(String segment) {
        String value = names.get(segment);
        if (value == null) {
            throw new IllegalArgumentException("the template of " + path + " has no {" + segment + "}");
        }
        return value;
    }

    Optional<String> parameter(String name) {
        return query.getOrDefault(name, List.of()).stream().findFirst();
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name)).map(String::strip);
    }

    /** A parameter that is {@code true} or {@code false}; absent is false. */
    boolean flag(String name) {
        return switch (parameter(name).orElse("false")) {
            case "true", "" -> true;
            case "false" -> false;
            case String other -> throw RequestRefused.malformed("parameter " + name + " is '" + other + "', want true or false");
        };
    }

    /** Whether the answer should be of this media type: the first one that Accept names. */
    boolean prefers(String mediaType) {
        String accept = header("accept").orElse("");
        String first = accept.split(",", -1)[0].split(";", -1)[0].strip();
        return first.equalsIgnoreCase(mediaType);
    }

    /** The body's media type, lower case and without parameters; empty if the request does not say. */
    String mediaType() {
        return header("content-type").orElse("").split(";", -1)[0].strip().toLowerCase(java.util.Locale.ROOT);
    }
}
