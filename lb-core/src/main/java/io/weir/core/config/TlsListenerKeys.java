package io.weir.core.config;

import io.weir.core.config.TlsTermsKeys.ListenerTls;
import io.weir.core.model.Entrance;
import io.weir.core.model.Listener;
import io.weir.core.model.ServerNameRoute;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The keys that a listener has for {@code protocol: tls} alone. */
final class TlsListenerKeys {
    static final Key<ListenerTls> TLS = Key.required("tls", TlsTermsKeys.SHAPE, "How its clients' encryption is ended or passed through.");
    static final Key<List<String>> HOSTS = Key.required("hosts",
            new SequenceShape<>(Scalars.parsed("a server name, or '*.' and one", ServerNameRoute::checkHost), 1),
            "Any of these; *. stands for one or more labels; an exact name goes before a suffix, a longer suffix before a shorter.");
    static final Key<String> ROUTE_POOL = Key.required("pool", Scalars.reference("pools", "pool"), "The pool.");
    static final MappingShape<ServerNameRoute> ROUTE = MappingShape.of(List.of(HOSTS, ROUTE_POOL),
            fields -> new ServerNameRoute(fields.get(HOSTS), fields.get(ROUTE_POOL)));
    static final Key<List<ServerNameRoute>> SNI = Key.otherwise("sni", new SequenceShape<>(ROUTE, 0), List.of(),
            "Pools by the server name that the client asks for.");
    static final Key<String> POOL = Key.optional("pool", Scalars.reference("pools", "pool"),
            "The pool for clients that no entry of sni takes; absent: they are refused.");

    private TlsListenerKeys() {}

    static void check(Fields fields) {
        if (!fields.has(POOL) && (!fields.has(SNI) || fields.hasEmptyList(SNI))) {
            fields.problem(POOL, "nothing", POOL.shape().wanted() + ", or sni");
        }
        Map<String, Integer> firstByHost = new HashMap<>();
        List<ServerNameRoute> routes = fields.get(SNI);
        for (int i = 0; i < routes.size(); i++) {
            for (String host : routes.get(i).hosts()) {
                Integer first = firstByHost.putIfAbsent(host, i);
                if (first != null) {
                    fields.problem(SNI, host + " in [" + first + "] and [" + i + "]", "each host once");
                }
            }
        }
    }

    static Listener.Tls tls(Fields fields, Entrance entrance) {
        ListenerTls tls = fields.get(TLS);
        return new Listener.Tls(entrance, tls.terms(), fields.get(SNI), fields.given(POOL), fields.get(ListenerKeys.TCP_IDLE),
                tls.handshakeTimeout(), tls.maxHandshakes());
    }
}
