package io.weir.core.config;

import io.weir.core.model.AccessList;
import io.weir.core.model.Backend;
import io.weir.core.model.Certificate;
import io.weir.core.model.Configuration;
import io.weir.core.model.HealthCheck;
import io.weir.core.model.Listener;
import io.weir.core.model.Pool;
import io.weir.core.model.Webhook;
import io.weir.core.model.Zone;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The top-level keys of the traffic configuration, and what must hold between them. */
final class TrafficKeys {
    static final Key<Integer> VERSION = Key.otherwise("version", Scalars.whole(1, 1), 1, "Of the format.");
    static final Key<String> REGION = Key.optional("region", Scalars.name(), "The region that the zone lies in.");
    static final Key<Boolean> SHIFTED = Key.otherwise("shifted", Scalars.flag(), false,
            "Whether traffic keeps away from it; weir zone shift and unshift write it.");
    static final MappingShape<Zone> ZONE = MappingShape.of(List.of(REGION, SHIFTED),
            fields -> new Zone(fields.name(), fields.given(REGION), fields.get(SHIFTED)));
    static final Key<Map<String, Zone>> ZONES = Key.otherwise("zones", new NamedShape<>("zone", ZONE), Map.of(),
            "Failure domains that backends and nodes stand in.");
    static final Key<Map<String, HealthCheck>> HEALTH_CHECKS = Key.otherwise(PoolCheckShape.TEMPLATES,
            new NamedShape<>("health check", new TemplateShape(HealthCheckKeys.SHAPE)), Map.of(), "Templates that pools name.");
    static final Key<Map<String, AccessList>> ACCESS_LISTS = Key.otherwise("accessLists",
            new NamedShape<>("access list", LimitKeys.ACCESS_LIST_FORM), Map.of(), "Networks that listeners take or turn away.");
    static final Key<Map<String, Pool>> POOLS = Key.otherwise("pools", new NamedShape<>("pool", PoolKeys.SHAPE), Map.of(),
            "Groups of backends, with one way of choosing among them.");
    static final Key<Map<String, Listener>> LISTENERS = Key.otherwise("listeners", new NamedShape<>("listener", ListenerKeys.SHAPE),
            Map.of(), "Where clients connect.");

    static final Key<Map<String, Webhook>> WEBHOOKS = Key.otherwise("webhooks", new NamedShape<>("webhook", WebhookKeys.SHAPE), Map.of(),
            "Who is told of events by HTTP.");

    static final Key<Map<String, Certificate>> CERTIFICATES = Key.otherwise("certificates",
            new NamedShape<>("certificate", CertificateKeys.SHAPE), Map.of(), "What listeners show their clients.");

    /** What others refer to stands before them: keys are read in this order. */
    static final MappingShape<Configuration> SHAPE = new MappingShape<>(
            MappingShape.keys(List.of(VERSION, ZONES, ACCESS_LISTS, CERTIFICATES, HEALTH_CHECKS, POOLS, LISTENERS, WEBHOOKS),
                    Key.later("gtm")),
            TrafficKeys::check,
            fields -> new Configuration(fields.get(ZONES), fields.get(POOLS), fields.get(LISTENERS), fields.get(WEBHOOKS),
                    fields.get(ACCESS_LISTS), fields.get(CERTIFICATES)));

    /** Protocols whose connections are relayed byte for byte. */
    private static final Set<String> RELAYED = Set.of("tcp", "tls", "udp");

    private TrafficKeys() {}

    /** Keeps each health check for the pools that name it. */
    private record TemplateShape(Shape<HealthCheck> shape) implements Shape<HealthCheck> {
        @Override
        public Optional<HealthCheck> read(Place place, Tree value) {
            if (place.key().equals(PoolCheckShape.NONE)) {
                place.problemAtKey(PoolCheckShape.NONE, "another name: a pool's healthCheck: none means no check");
            }
            Optional<HealthCheck> read = shape.read(place, value);
            read.ifPresent(check -> place.reading().define(PoolCheckShape.TEMPLATES, place.key(), check));
            return read;
        }

        @Override
        public String wanted() {
            return shape.wanted();
        }

        @Override
        public Map<String, Object> schema() {
            return shape.schema();
        }
    }

    private static void check(Fields fields) {
        refuseSharedBinds(fields);
        refuseSorryChains(fields);
        refuseBackendsWithoutPort(fields);
        refuseHeadersOnDatagrams(fields);
        PoolUse.refuseConnectionIdsOfStreams(fields);
        fields.given(ACCESS_LISTS).orElse(Map.of()).forEach((name, list) -> {
            if (list.shutsEverybodyOut()) {
                fields.warn(ACCESS_LISTS, name, "allows nobody, so its listeners refuse every client", "entries");
            }
        });
    }

    /** Only what is relayed, a TCP connection or a flow of datagrams, has a port of its own for a backend to follow. */
    private static void refuseBackendsWithoutPort(Fields fields) {
        Map<String, Pool> pools = fields.given(POOLS).orElse(Map.of());
        Map<String, String> poolByListener = fields.texts(LISTENERS, ListenerKeys.TCP_POOL.name());
        Map<String, String> protocolByPool = new LinkedHashMap<>();
        fields.given(LISTENERS).orElse(Map.of()).forEach((name, listener) -> {
            if (!RELAYED.contains(listener.protocol())) {
                Optional.ofNullable(poolByListener.get(name)).ifPresent(pool -> protocolByPool.put(pool, listener.protocol()));
            }
            if (listener instanceof Listener.Http http) {
                http.routes().forEach(route -> protocolByPool.put(route.pool(), listener.protocol()));
            }
        });
        Map<String, String> sorryByPool = fields.texts(POOLS, PoolKeys.SORRY_POOL.name());
        Map.copyOf(protocolByPool)
            .forEach((pool, protocol) -> Optional.ofNullable(sorryByPool.get(pool))
                .ifPresent(sorry -> protocolByPool.put(sorry, protocol)));
        protocolByPool.forEach((name, protocol) -> Optional.ofNullable(pools.get(name))
            .ifPresent(pool -> pool.backends()
                .values()
                .stream()
                .filter(Backend::followsPort)
                .forEach(backend -> fields.problemAt(
                        List.of(POOLS.name(), name, PoolKeys.BACKENDS.name(), backend.name(), PoolKeys.ADDRESS.name()),
                        "a port, since a listener with protocol " + protocol + " uses the pool"))));
    }

    /** The text line of version 1 is for streams: PROXY protocol 2.1. */
    private static void refuseHeadersOnDatagrams(Fields fields) {
        Map<String, String> protocols = fields.texts(LISTENERS, "protocol");
        Map<String, String> headers = fields.texts(POOLS, PoolKeys.PROXY_PROTOCOL.name());
        fields.texts(LISTENERS, ListenerKeys.UDP_POOL.name()).forEach((listener, pool) -> {
            if ("udp".equals(protocols.get(listener)) && "v1".equals(headers.get(pool))) {
                fields.problemAt(List.of(LISTENERS.name(), listener, ListenerKeys.UDP_POOL.name()),
                        "a pool with proxyProtocol none or v2: v1 is for streams");
            }
        });
    }

    /** A sorry pool that is without quorum too has nowhere to send its traffic but back. */
    private static void refuseSorryChains(Fields fields) {
        Map<String, String> sorryByPool = fields.texts(POOLS, PoolKeys.SORRY_POOL.name());
        sorryByPool.forEach((pool, sorry) -> {
            if (!pool.equals(sorry) && sorryByPool.containsKey(sorry)) {
                fields.problemAt(List.of(POOLS.name(), pool, PoolKeys.SORRY_POOL.name()), "a pool without a sorryPool");
            }
        });
    }

    /** Looks at the text of the listeners, so that one with another mistake is compared too. */
    private static void refuseSharedBinds(Fields fields) {
        Map<String, String> protocols = fields.texts(LISTENERS, "protocol");
        Map<String, PortRange> datagrams = new LinkedHashMap<>();
        Map<String, PortRange> connections = new LinkedHashMap<>();
        fields.texts(LISTENERS, ListenerKeys.BIND.name()).forEach((name, text) -> Addresses.binds(text).ifPresent(bind -> {
            boolean open = fields.given(LISTENERS).map(listeners -> listeners.get(name)).map(Listener::enabled).orElse(true);
            if (open) {
                var earlier = "udp".equals(protocols.get(name)) ? datagrams : connections;
                refuseSharedBind(fields, earlier, name, bind);
                earlier.put(name, bind);
            }
        }));
    }

    private static void refuseSharedBind(Fields fields, Map<String, PortRange> earlier, String name, PortRange bind) {
        earlier.entrySet()
            .stream()
            .filter(entry -> Addresses.clash(entry.getValue(), bind))
            .findFirst()
            .ifPresent(entry -> fields.problemAt(List.of(LISTENERS.name(), name, ListenerKeys.BIND.name()),
                    "an address that listener " + entry.getKey() + " does not have"));
    }
}
