package io.weir.core.model;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A named group of backends with one way of choosing among them (CLB-13, CLB-14).
 *
 * @param healthCheck empty: {@code none}, every member counts as healthy until traffic proves otherwise
 * @param connectTimeout the whole of a connection's dialling, over all members that are tried (CLB-35)
 * @param drain how long connections of a drained or removed member may live on (CLB-31)
 * @param backends by name, in the order of the file
 */
public record Pool(String name, Algorithm algorithm, ZoneTiers zones, Failover failover, Optional<HealthCheck> healthCheck,
        Duration connectTimeout, Duration drain, ProxyProtocol proxyProtocol, Map<String, Backend> backends) {
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration MIN_CONNECT_TIMEOUT = Duration.ofMillis(100);
    public static final Duration MAX_CONNECT_TIMEOUT = Duration.ofSeconds(60);
    public static final Duration DEFAULT_DRAIN = Duration.ofSeconds(300);
    public static final Duration MAX_DRAIN = Duration.ofSeconds(900);

    public Pool {
        Names.check("pool", name);
        backends = Ordered.copyOf(backends);
        if (connectTimeout.compareTo(MIN_CONNECT_TIMEOUT) < 0 || connectTimeout.compareTo(MAX_CONNECT_TIMEOUT) > 0) {
            throw new IllegalArgumentException("connectTimeout is " + connectTimeout + ", want 100ms..60s");
        }
        if (drain.isNegative() || drain.compareTo(MAX_DRAIN) > 0) {
            throw new IllegalArgumentException("drain is " + drain + ", want 0s..900s");
        }
    }
}
