package io.weir.core.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Sends requests of some hosts and paths to a pool (CLB-42).
 *
 * @param hosts exact names or {@code *.} and a suffix, lower case; empty: every host
 * @param timeout instead of the listener's {@code requestTimeout}
 */
public record Route(String name, List<String> hosts, PathMatch path, String pool, Optional<Duration> timeout) {
    public Route {
        Names.check("route", name);
        hosts = List.copyOf(hosts);
        for (String host : hosts) {
            String plain = host.startsWith("*.") ? host.substring(2) : host;
            if (plain.isEmpty() || plain.length() > 253 || !plain.matches("[a-z0-9._-]+|\\[[0-9a-f:.]+\\]")) {
                throw new IllegalArgumentException("host is '" + host + "', want a lower-case host name or '*.' and one");
            }
        }
    }

    /** Which paths match; the query is not part of the path. */
    public sealed interface PathMatch {
        /** Every path. */
        record Any() implements PathMatch {}

        /** The path itself. */
        record Exact(String path) implements PathMatch {
            public Exact {
                checkPath(path);
            }
        }

        /** Paths that start with {@code prefix} and there end or go on with '/': {@code /cart} matches {@code /cart/1}, not {@code /carts}. */
        record Prefix(String prefix) implements PathMatch {
            public Prefix {
                checkPath(prefix);
            }
        }
    }

    private static void checkPath(String path) {
        if (!path.startsWith("/") || path.length() > 1024 || !path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '?' && c != '#')) {
            throw new IllegalArgumentException("path is '" + path + "', want up to 1024 visible ASCII characters from '/', no '?' or '#'");
        }
    }
}
