package io.weir.health;

import io.weir.core.health.BackendKey;
import io.weir.core.model.AdminState;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Backend;
import io.weir.core.model.Configuration;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.Pool;
import io.weir.core.model.Probe;
import io.weir.core.model.StatusSet;
import io.weir.core.model.Weight;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Configurations of one pool named {@code shop}. */
public final class TestPools {
    private TestPools() {}

    public static HealthCheck tcp(Duration interval, Duration timeout, int healthy, int unhealthy) {
        return HealthCheck.of(new Probe.Tcp()).every(interval, timeout).withThresholds(healthy, unhealthy);
    }

    public static HealthCheck http(Duration interval, Duration timeout, int healthy, int unhealthy) {
        var probe = new Probe.Http(Probe.Http.Method.HEAD, "/healthz", Optional.empty(), StatusSet.of(List.of("2xx", "3xx")));
        return HealthCheck.of(probe).every(interval, timeout).withThresholds(healthy, unhealthy);
    }

    /** All backends enabled. */
    public static Configuration shop(HealthCheck check, Map<String, InetSocketAddress> addressByBackend) {
        Map<String, Backend> backends = new LinkedHashMap<>();
        addressByBackend.forEach((name, address) -> backends.put(name, backend(name, address, AdminState.ENABLED)));
        return shop(check, List.copyOf(backends.values()));
    }

    public static Backend backend(String name, InetSocketAddress address, AdminState admin) {
        return new Backend(name, address, Optional.empty(), Weight.DEFAULT, OptionalInt.empty(), admin);
    }

    public static Configuration shop(HealthCheck check, List<Backend> backends) {
        Pool pool = Pool.builder("shop").algorithm(Algorithm.Plain.ROUND_ROBIN).healthCheck(check).backends(backends).build();
        return new Configuration(Map.of(), Map.of("shop", pool), Map.of());
    }

    public static BackendKey key(String backend) {
        return new BackendKey("shop", backend);
    }
}
