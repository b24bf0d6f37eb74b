package io.weir.health;

import io.weir.core.health.BackendKey;
import io.weir.core.model.AdminState;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Backend;
import io.weir.core.model.Configuration;
import io.weir.core.model.Failover;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.Pool;
import io.weir.core.model.Probe;
import io.weir.core.model.ProxyProtocol;
import io.weir.core.model.StatusSet;
import io.weir.core.model.Weight;
import io.weir.core.model.ZoneTiers;
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
        return new HealthCheck(new Probe.Tcp(), OptionalInt.empty(), interval, timeout, healthy, unhealthy, HealthCheck.Initial.CHECKING);
    }

    public static HealthCheck http(Duration interval, Duration timeout, int healthy, int unhealthy) {
        var probe = new Probe.Http(Probe.Http.Method.HEAD, "/healthz", Optional.empty(), StatusSet.of(List.of("2xx", "3xx")));
        return new HealthCheck(probe, OptionalInt.empty(), interval, timeout, healthy, unhealthy, HealthCheck.Initial.CHECKING);
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
        Map<String, Backend> backendByName = new LinkedHashMap<>();
        backends.forEach(backend -> backendByName.put(backend.name(), backend));
        Pool pool = new Pool("shop", Algorithm.Plain.ROUND_ROBIN, ZoneTiers.ALIKE, Failover.DEFAULT, Optional.of(check),
                Pool.DEFAULT_CONNECT_TIMEOUT, Pool.DEFAULT_DRAIN, ProxyProtocol.NONE, backendByName);
        return new Configuration(Map.of(), Map.of("shop", pool), Map.of());
    }

    public static BackendKey key(String backend) {
        return new BackendKey("shop", backend);
    }
}
