package io.weir.health.probe;

import io.weir.core.health.BackendKey;
import io.weir.core.model.AdminState;
import io.weir.core.model.Configuration;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.Pool;
import io.weir.core.model.Probe;
import io.weir.core.model.ProxyProtocol;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is probed, and how. Equal targets are one: a server that stands in many pools with the same check is probed once for all of them. Any
 * thread.
 *
 * @param address that the probe connects to: the backend's, or its host with the check's own port
 * @param header the PROXY header that the backend expects of everybody, so that the probe has to say that it is nobody's: none where the probe
 *     goes to a port of its own
 * @param only the backend that the probe is told of, which makes it a probe of this backend alone; empty unless the probe is a script
 */
public record ProbeTarget(InetSocketAddress address, HealthCheck check, ProxyProtocol header, Optional<BackendKey> only) {

    /** Every backend of a configuration that is to be probed: not those without a check, and not the disabled ones. */
    public static Map<BackendKey, ProbeTarget> of(Configuration configuration) {
        Map<BackendKey, ProbeTarget> targetByBackend = new LinkedHashMap<>();
        for (Pool pool : configuration.pools().values()) {
            pool.healthCheck()
                .ifPresent(check -> pool.backends()
                    .values()
                    .stream()
                    .filter(backend -> backend.adminState() != AdminState.DISABLED)
                    .forEach(backend -> {
                        var key = new BackendKey(pool.name(), backend.name());
                        targetByBackend.put(key, target(key, backend.address(), check, pool.proxyProtocol()));
                    }));
        }
        return targetByBackend;
    }

    private static ProbeTarget target(BackendKey backend, InetSocketAddress own, HealthCheck check, ProxyProtocol header) {
        boolean elsewhere = check.port().isPresent();
        InetSocketAddress probed = elsewhere ? new InetSocketAddress(own.getAddress(), check.port().getAsInt()) : own;
        return new ProbeTarget(probed, check, elsewhere ? ProxyProtocol.NONE : header,
                check.probe() instanceof Probe.Script ? Optional.of(backend) : Optional.empty());
    }
}
