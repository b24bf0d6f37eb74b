package io.weir.core.config;

import io.weir.core.model.Cidr;
import io.weir.core.model.Desync;
import io.weir.core.model.Entrance;
import io.weir.core.model.Forwarding;
import io.weir.core.model.HttpLimits;
import io.weir.core.model.HttpTimeouts;
import io.weir.core.model.Listener;
import io.weir.core.model.ListenerLimits;
import io.weir.core.model.Offload;
import io.weir.core.model.Route;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The keys of a listener, which differ by its protocol. */
final class ListenerKeys {
    private static final Shape<String> POOL = Scalars.reference("pools", "pool");
    private static final Shape<Duration> DEADLINE = Scalars.duration(HttpTimeouts.MIN, HttpTimeouts.MAX);

    static final Key<Boolean> ENABLED = Key.otherwise("enabled", Scalars.flag(), true, "false keeps the port closed.");
    static final Key<InetSocketAddress> BIND = Key.required("bind", Scalars.bind(),
            "Where clients connect; no address: every IPv4 address, [::]: every address; port 0: one that the kernel chooses.");
    static final Key<PortRange> BINDS = Key.required("bind", Scalars.binds(), BIND.sentence());
    static final Key<Boolean> INTERCEPT = Key.otherwise("intercept", Scalars.flag(), false,
            "Takes connections for any address and port that a tproxy rule of the host's hands to it.");

    static final MappingShape<ListenerLimits> TCP_LIMITS = new MappingShape<>(LimitKeys.COMMON, LimitKeys::check, LimitKeys::limits);
    static final Key<ListenerLimits> LIMITS = Key.optional("limits", TCP_LIMITS, "Caps.");
    static final Key<String> TCP_POOL = Key.required("pool", POOL, "The pool that gets the connections.");
    static final Key<Duration> TCP_IDLE = Key.otherwise("idleTimeout",
            Scalars.duration(Listener.Tcp.MIN_IDLE_TIMEOUT, Listener.Tcp.MAX_IDLE_TIMEOUT), Listener.Tcp.DEFAULT_IDLE_TIMEOUT,
            "Closes a connection that moved no byte either way for so long.");
    static final Key<Forwarding> FORWARDING = Key.otherwise("forwarding",
            Scalars.choice(Scalars.words(Forwarding.values(), word -> word.name().toLowerCase(Locale.ROOT)), List.of("direct")),
            Forwarding.PROXY, "Which address backends see: the load balancer's, or the client's.");

    static final Key<Offload> OFFLOAD = Key.otherwise("offload", Scalars.lowerCase(Offload.values()), Offload.AUTO,
            "Whether bytes may go from socket to socket inside the kernel: auto once a direction is bulk, splice from its first long receive on.");

    static final Key<String> UDP_POOL = Key.required("pool", POOL, "The pool that gets the datagrams.");
    static final Key<Duration> UDP_IDLE = Key.otherwise("idleTimeout",
            Scalars.duration(Listener.Udp.MIN_IDLE_TIMEOUT, Listener.Udp.MAX_IDLE_TIMEOUT), Listener.Udp.DEFAULT_IDLE_TIMEOUT,
            "Forgets a client without a datagram either way for so long; at most 30s until it has gone on after an answer.");
    static final Key<String> UDP_FORWARDING = Key.otherwise("forwarding",
            Scalars.without(Scalars.word("proxy", "direct"), "transparent",
                    "would take a socket for each flow; let the pool send proxyProtocol v2"),
            "proxy", "Which address backends see: the load balancer's.");
    static final Key<Boolean> ONE_SHOT = Key.otherwise("oneShot", Scalars.flag(), false,
            "Forgets a client as soon as each of its datagrams was answered once, as DNS has it.");

    static final Key<Integer> HEADER_BYTES = Key.otherwise("headerBytes", bytes(1 << 10, 256 << 10), HttpLimits.DEFAULT.headerBytes(),
            "Of a request's head, request line included; 431 beyond.");
    static final Key<Integer> TARGET_BYTES = Key.otherwise("targetBytes", bytes(64, 256 << 10), HttpLimits.DEFAULT.targetBytes(),
            "Of the request target, at most headerBytes; 414 beyond.");
    static final Key<Integer> HEADER_FIELDS = Key.otherwise("headerFields", Scalars.whole(8, 1000), HttpLimits.DEFAULT.headerFields(),
            "Field lines of a request; 431 beyond.");
    static final Key<Long> BODY_BYTES = Key.otherwise("bodyBytes", Scalars.size(0, Long.MAX_VALUE), HttpLimits.DEFAULT.bodyBytes(),
            "Of a request's body; 413 beyond.");
    static final Key<Integer> REQUESTS_PER_CONNECTION = Key.otherwise("requestsPerConnection", Scalars.whole(1, Integer.MAX_VALUE),
            HttpLimits.DEFAULT.requestsPerConnection(), "Then the client's connection is closed after the answer.");
    static final Key<Integer> STREAMS_PER_CONNECTION = Key.otherwise("streamsPerConnection", Scalars.whole(0, 1000),
            HttpLimits.DEFAULT.streamsPerConnection(), "Requests of one HTTP/2 connection at once; 0: HTTP/2 is not spoken.");
    static final Key<Long> MINIMUM_BODY_RATE = Key.otherwise("minimumBodyRate", Scalars.size(0, 1 << 20),
            HttpLimits.DEFAULT.minimumBodyRate(),
            "A second, that a client must send of a request's body or take of an answer, on average; 0B: no minimum. 408, or a cut connection.");
    static final MappingShape<Caps> HTTP_LIMITS = new MappingShape<>(
            MappingShape.keys(LimitKeys.COMMON,
                    List.of(HEADER_BYTES, TARGET_BYTES, HEADER_FIELDS, BODY_BYTES, REQUESTS_PER_CONNECTION, STREAMS_PER_CONNECTION,
                            MINIMUM_BODY_RATE)),
            ListenerKeys::checkLimits, ListenerKeys::caps);

    static final Key<Caps> CAPS = Key.optional("limits", HTTP_LIMITS, "Caps.");
    static final Key<String> HTTP_POOL = Key.optional("pool", POOL, "The pool for requests that no route takes; absent: 404.");
    static final Key<Duration> IDLE = Key.otherwise("idleTimeout", DEADLINE, HttpTimeouts.DEFAULT.idle(),
            "Closes a client's connection without a request for so long.");
    static final Key<Duration> HEADER_TIMEOUT = Key.otherwise("headerTimeout", DEADLINE, HttpTimeouts.DEFAULT.header(),
            "From the first byte of a request to the end of its head; then 408.");
    static final Key<Duration> REQUEST_TIMEOUT = Key.otherwise("requestTimeout", DEADLINE, HttpTimeouts.DEFAULT.request(),
            "From the end of the request, its body included, to the end of the answer's head; then 504.");
    static final Key<Duration> BODY_TIMEOUT = Key.otherwise("bodyTimeout", DEADLINE, HttpTimeouts.DEFAULT.body(),
            "The longest pause while a body moves.");
    static final Key<Desync> DESYNC = Key.otherwise("desync", Scalars.lowerCase(Desync.values()), Desync.DEFENSIVE,
            "Which requests are refused for their framing: with monitor severe ones, with defensive also ambiguous ones, with strictest all but compliant ones.");
    static final Key<List<Cidr>> FROM = Key.required("from",
            new SequenceShape<>(Scalars.parsed("ADDRESS or ADDRESS/BITS without bits beyond the prefix", Cidr::parse), 0),
            "Sources that must send a PROXY header; others must not.");
    static final Key<List<Cidr>> ACCEPT_PROXY_PROTOCOL = Key.optional("acceptProxyProtocol",
            MappingShape.of(List.of(FROM), fields -> fields.get(FROM)), "Who sends PROXY headers; absent: nobody.");
    static final Key<List<Route>> ROUTES = Key.otherwise("routes", new RouteList(RouteKeys.SHAPE), List.of(),
            "Tried in order, the first that matches wins.");

    static final Variants<Listener> SHAPE = Variants.of("protocol", "What clients speak.", variants(),
            List.of("https", "http3"));

    private ListenerKeys() {}

    /** The {@code limits} of an HTTP listener. */
    record Caps(ListenerLimits listener, HttpLimits http) {
        static final Caps DEFAULT = new Caps(ListenerLimits.NONE, HttpLimits.DEFAULT);
    }

    private static Map<String, MappingShape<? extends Listener>> variants() {
        List<Key<?>> common = List.of(ENABLED, BIND, LimitKeys.ACCESS_LIST);
        Map<String, MappingShape<? extends Listener>> variants = new LinkedHashMap<>();
        variants.put("tcp", MappingShape.of(
                MappingShape.keys(List.of(ENABLED, BINDS, LimitKeys.ACCESS_LIST, INTERCEPT),
                        List.of(LIMITS, TCP_POOL, TCP_IDLE, FORWARDING, ACCEPT_PROXY_PROTOCOL, OFFLOAD)),
                ListenerKeys::tcp));
        variants.put("tls", new MappingShape<>(
                MappingShape.keys(common,
                        List.of(LIMITS, TlsListenerKeys.TLS, TlsListenerKeys.SNI, TlsListenerKeys.POOL, TCP_IDLE,
                                ACCEPT_PROXY_PROTOCOL),
                        Key.later("forwarding", "offload")),
                TlsListenerKeys::check, ListenerKeys::tls));
        variants.put("udp", MappingShape.of(
                MappingShape.keys(List.of(ENABLED, BINDS, LimitKeys.ACCESS_LIST),
                        List.of(LIMITS, UDP_POOL, UDP_IDLE, ONE_SHOT, UDP_FORWARDING, ACCEPT_PROXY_PROTOCOL)),
                ListenerKeys::udp));
        variants.put("http", MappingShape.of(
                MappingShape.keys(common,
                        List.of(CAPS, HTTP_POOL, IDLE, HEADER_TIMEOUT, REQUEST_TIMEOUT, BODY_TIMEOUT, DESYNC, ACCEPT_PROXY_PROTOCOL,
                                ROUTES),
                        Key.later("forwarding", "offload")),
                ListenerKeys::http));
        return variants;
    }

    private static Listener.Tcp tcp(Fields fields) {
        PortRange binds = fields.get(BINDS);
        Entrance entrance = entrance(fields, binds.first(), fields.given(LIMITS).orElse(ListenerLimits.NONE)).withPorts(binds.count())
            .withIntercept(fields.get(INTERCEPT));
        return new Listener.Tcp(entrance, fields.get(TCP_POOL), fields.get(TCP_IDLE), fields.get(OFFLOAD), fields.get(FORWARDING));
    }

    private static Listener.Tls tls(Fields fields) {
        return TlsListenerKeys.tls(fields, entrance(fields, fields.get(BIND), fields.given(LIMITS).orElse(ListenerLimits.NONE)));
    }

    private static Listener.Udp udp(Fields fields) {
        PortRange binds = fields.get(BINDS);
        Entrance entrance = entrance(fields, binds.first(), fields.given(LIMITS).orElse(ListenerLimits.NONE)).withPorts(binds.count());
        return new Listener.Udp(entrance, fields.get(UDP_POOL), fields.get(UDP_IDLE), fields.get(ONE_SHOT));
    }

    private static Entrance entrance(Fields fields, InetSocketAddress bind, ListenerLimits limits) {
        return Entrance.of(fields.name(), bind)
            .withEnabled(fields.get(ENABLED))
            .withLimits(limits)
            .withProxyProtocolFrom(fields.given(ACCEPT_PROXY_PROTOCOL).orElse(List.of()))
            .withAccessLists(fields.get(LimitKeys.ACCESS_LIST));
    }

    private static Listener.Http http(Fields fields) {
        Caps caps = fields.given(CAPS).orElse(Caps.DEFAULT);
        var timeouts = new HttpTimeouts(fields.get(IDLE), fields.get(HEADER_TIMEOUT), fields.get(REQUEST_TIMEOUT),
                fields.get(BODY_TIMEOUT));
        return new Listener.Http(entrance(fields, fields.get(BIND), caps.listener()), fields.get(ROUTES), fields.given(HTTP_POOL), timeouts,
                caps.http(), fields.get(DESYNC));
    }

    private static void checkLimits(Fields fields) {
        LimitKeys.check(fields);
        if (fields.get(TARGET_BYTES) > fields.get(HEADER_BYTES)) {
            fields.problem(TARGET_BYTES, Units.text(fields.get(TARGET_BYTES)),
                    "at most headerBytes, " + Units.text(fields.get(HEADER_BYTES)));
        }
    }

    private static Caps caps(Fields fields) {
        return new Caps(LimitKeys.limits(fields),
                new HttpLimits(fields.get(HEADER_BYTES), fields.get(TARGET_BYTES), fields.get(HEADER_FIELDS),
                        fields.get(BODY_BYTES), fields.get(REQUESTS_PER_CONNECTION), fields.get(STREAMS_PER_CONNECTION),
                        fields.get(MINIMUM_BODY_RATE)));
    }

    private static Shape<Integer> bytes(int low, int high) {
        return Scalars.size(low, high).map(Long::intValue, Integer::longValue);
    }
}
