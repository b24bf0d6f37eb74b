package io.weir.core.model;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Someone who is told of events by HTTP.
 *
 * @param url http or https
 * @param events names such as {@code backend.ejected}; empty: all
 * @param secretFile absolute path of the key that signs bodies; empty: unsigned
 * @param timeout of one attempt, 100ms..60s
 * @param attempts for one event, 1..20
 */
public record Webhook(String name, URI url, Set<String> events, Optional<Path> secretFile, Duration timeout, int attempts) {
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration MIN_TIMEOUT = Duration.ofMillis(100);
    public static final Duration MAX_TIMEOUT = Duration.ofSeconds(60);
    public static final int DEFAULT_ATTEMPTS = 5;
    public static final int MAX_ATTEMPTS = 20;

    public Webhook {
        Names.check("webhook", name);
        events = Set.copyOf(events);
        checkUrl(url);
        secretFile.filter(path -> !path.isAbsolute()).ifPresent(path -> {
            throw new IllegalArgumentException("secretFile is '" + path + "', want an absolute path");
        });
        if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout is " + timeout + ", want 100ms..60s");
        }
        if (attempts < 1 || attempts > MAX_ATTEMPTS) {
            throw new IllegalArgumentException("attempts is " + attempts + ", want 1.." + MAX_ATTEMPTS);
        }
    }

    /** Returns {@code url} if something can be posted there. */
    public static URI checkUrl(URI url) {
        boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!http || url.getHost() == null || url.getUserInfo() != null || url.getFragment() != null) {
            throw new IllegalArgumentException("url is '" + url + "', want http://HOST... or https://HOST...");
        }
        return url;
    }
}
