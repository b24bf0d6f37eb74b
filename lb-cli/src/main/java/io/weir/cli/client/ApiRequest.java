package io.weir.cli.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One call of the admin API. Any thread may use it.
 *
 * @param path segments already escaped, see {@link #path}
 * @param fields header fields beside those that every request has
 */
public record ApiRequest(String method, String path, Map<String, String> query, Map<String, String> fields, String body) {
    public ApiRequest {
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    public static ApiRequest of(String method, String path) {
        return new ApiRequest(method, path, Map.of(), Map.of(), "");
    }

    public static ApiRequest get(String path) {
        return of("GET", path);
    }

    /** {@code /v1/pools/a%2Fb}: every segment escaped. */
    public static String path(String... segments) {
        var path = new StringBuilder("/v1");
        for (String segment : segments) {
            path.append('/').append(escaped(segment));
        }
        return path.toString();
    }

    public ApiRequest with(String queryName, String value) {
        var more = new LinkedHashMap<>(query);
        more.put(queryName, value);
        return new ApiRequest(method, path, more, fields, body);
    }

    public ApiRequest withField(String name, String value) {
        var more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new ApiRequest(method, path, query, more, body);
    }

    public ApiRequest withBody(String contentType, String content) {
        var more = new LinkedHashMap<>(fields);
        more.put("Content-Type", contentType);
        return new ApiRequest(method, path, query, more, content);
    }

    /** Whether it asks for a change, so that an answer that never came leaves the outcome open. */
    boolean changes() {
        return !method.equals("GET");
    }

    /** The head and the body, as they go over the wire. */
    byte[] wire(String host) {
        var head = new StringBuilder(method).append(' ').append(path);
        char separator = '?';
        for (var parameter : query.entrySet()) {
            head.append(separator).append(escaped(parameter.getKey())).append('=').append(escaped(parameter.getValue()));
            separator = '&';
        }
        head.append(" HTTP/1.1\r\nHost: ").append(host).append("\r\nUser-Agent: weir-cli\r\nConnection: close\r\n");
        fields.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (changes()) {
            head.append("Content-Length: ").append(body.getBytes(StandardCharsets.UTF_8).length).append("\r\n");
        }
        return head.append("\r\n").append(body).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
