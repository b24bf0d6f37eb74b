package io.weir.core.route;

import io.weir.core.model.Route;
import io.weir.core.model.Route.PathMatch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of a listener, compiled: works on the bytes of a message head and allocates nothing. Immutable, any thread. Routes are tried in the
 * order of the file and the first that matches wins (ALB-04).
 */
public final class RouteTable {
    public static final int NONE = -1;
    public static final RouteTable EMPTY = new RouteTable(List.of());

    private final List<Route> routes;
    private final HostMatch[][] hosts;
    private final PathBytes[] paths;

    public RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
        this.hosts = this.routes.stream()
            .map(r -> r.hosts().stream().map(HostMatch::of).toArray(HostMatch[]::new))
            .toArray(HostMatch[][]::new);
        this.paths = this.routes.stream().map(r -> PathBytes.of(r.path())).toArray(PathBytes[]::new);
    }

    public Route route(int index) {
        return routes.get(index);
    }

    public int size() {
        return routes.size();
    }

    /**
     * Finds the first route for a host and path that lie in {@code head}.
     *
     * @param hostLength without the port; letters of any case
     * @param pathLength without the query
     * @return the route's index, or {@link #NONE}
     */
    public int match(byte[] head, int hostStart, int hostLength, int pathStart, int pathLength) {
        for (int i = 0; i < paths.length; i++) {
            if (paths[i].matches(head, pathStart, pathLength) && hostMatches(hosts[i], head, hostStart, hostLength)) {
                return i;
            }
        }
        return NONE;
    }

    private static boolean hostMatches(HostMatch[] any, byte[] head, int start, int length) {
        for (HostMatch host : any) {
            if (host.matches(head, start, length)) {
                return true;
            }
        }
        return any.length == 0;
    }

    /** {@code suffix} false: the whole name. True: the name ends with {@code lower}, which starts with the dot, and has more in front. */
    private static final class HostMatch {
        private final byte[] lower;
        private final boolean suffix;

        HostMatch(byte[] lower, boolean suffix) {
            this.lower = lower;
            this.suffix = suffix;
        }

        static HostMatch of(String host) {
            boolean wildcard = host.startsWith("*.");
            return new HostMatch((wildcard ? host.substring(1) : host).getBytes(StandardCharsets.US_ASCII), wildcard);
        }

        boolean matches(byte[] head, int start, int length) {
            int skip = length - lower.length;
            if (suffix ? skip <= 0 : skip != 0) {
                return false;
            }
            for (int i = 0; i < lower.length; i++) {
                int c = head[start + skip + i];
                if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != lower[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Null {@code bytes}: every path. {@code whole}: exactly these; otherwise a prefix after which the path ends or goes on with '/'. */
    private static final class PathBytes {
        private static final PathBytes ANY = new PathBytes(null, false);

        private final byte @Nullable [] bytes;
        private final boolean whole;

        PathBytes(byte @Nullable [] bytes, boolean whole) {
            this.bytes = bytes;
            this.whole = whole;
        }

        static PathBytes of(PathMatch match) {
            return switch (match) {
                case PathMatch.Any() -> ANY;
                case PathMatch.Exact(var path) -> new PathBytes(path.getBytes(StandardCharsets.US_ASCII), true);
                case PathMatch.Prefix(var prefix) -> new PathBytes(withoutTrailingSlash(prefix).getBytes(StandardCharsets.US_ASCII), false);
            };
        }

        /** {@code /cart/} is the prefix {@code /cart}; {@code /} is every path that starts with '/'. */
        private static String withoutTrailingSlash(String prefix) {
            return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
        }

        boolean matches(byte[] head, int start, int length) {
            if (bytes == null) {
                return true;
            }
            if (length < bytes.length || (whole && length != bytes.length)) {
                return false;
            }
            for (int i = 0; i < bytes.length; i++) {
                if (head[start + i] != bytes[i]) {
                    return false;
                }
            }
            return whole || length == bytes.length || head[start + bytes.length] == '/';
        }
    }
}
