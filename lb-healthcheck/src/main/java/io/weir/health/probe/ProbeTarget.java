package io.weir.health.probe;

import io.weir.core.health.BackendKey;
import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Configuration;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.Pool;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is probed, and how. Any thread.
 *
 * @param address that the probe connects to: the backend's, or its host with the check's own port
 */
public record ProbeTarget(BackendKey backend, InetSocketAddress address, HealthCheck check) {

    /** Every backend of a configuration that is to be probed: not those without a check, and not the disabled ones. */
    public static Map<BackendKey, ProbeTarget> of(Configuration configuration) {
        Map<BackendKey, ProbeTarget> targets = new LinkedHashMap<>();
        for (Pool pool : configuration.pools().values()) {
            pool.healthCheck()
                .ifPresent(check -> pool.backends()
                    .values()
                    .stream()
                    .filter(backend -> backend.adminState() != AdminState.DISABLED)
                    .map(backend -> target(pool, backend, check))
                    .forEach(target -> targets.put(target.backend(), target)));
        }
        return targets;
    }

    private static ProbeTarget target(Pool pool, Backend backend, HealthCheck check) {
        InetSocketAddress own = backend.address();
        InetSocketAddress probed = check.port().isPresent() ? new InetSocketAddress(own.getAddress(), check.port().getAsInt()) : own;
        return new ProbeTarget(new BackendKey(pool.name(), backend.name()), probed, check);
    }
}
