package io.weir.core.config;

import io.weir.core.model.HealthCheck;
import io.weir.core.model.HealthCheck.Initial;
import io.weir.core.model.Probe;
import io.weir.core.model.TlsSettings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;

/** The keys of a health check: a template's, or those of a pool's own. */
final class HealthCheckKeys {
    /** The figures of a product, or those that Weir ships with. */
    enum Preset {
        /** Detection takes 1 x 2 + 1 x 1 = 3 s by CLB's formula. */
        SHIPPED("", HealthCheck.DEFAULT_INTERVAL, HealthCheck.DEFAULT_TIMEOUT, HealthCheck.DEFAULT_HEALTHY, HealthCheck.DEFAULT_UNHEALTHY,
                Probe.Http.Method.HEAD),
        /** CLB-17. */
        CLB("clb", Duration.ofSeconds(2), Duration.ofSeconds(5), 3, 3, Probe.Http.Method.HEAD),
        /** NLB-05. */
        NLB("nlb", Duration.ofSeconds(5), Duration.ofSeconds(5), 2, 2, Probe.Http.Method.GET),
        /** ALB-17. */
        ALB("alb", Duration.ofSeconds(2), Duration.ofSeconds(5), 3, 3, Probe.Http.Method.HEAD);

        private final String word;
        private final Duration interval;
        private final Duration timeout;
        private final int healthy;
        private final int unhealthy;
        private final Probe.Http.Method method;

        Preset(String word, Duration interval, Duration timeout, int healthy, int unhealthy, Probe.Http.Method method) {
            this.word = word;
            this.interval = interval;
            this.timeout = timeout;
            this.healthy = healthy;
            this.unhealthy = unhealthy;
            this.method = method;
        }
    }

    private static final Preset[] PRODUCTS = {Preset.CLB, Preset.NLB, Preset.ALB};
    private static final int MAX_PORT = 65_535;
    private static final Shape<Integer> THRESHOLD = Scalars.whole(1, HealthCheck.MAX_THRESHOLD);

    static final Key<Preset> PRESET = Key.optional("preset", Scalars.choice(Scalars.words(PRODUCTS, preset -> preset.word), List.of()),
            "The figures of that product for every key that is absent: clb 2s, 5s, 3, 3; nlb 5s, 5s, 2, 2; alb 2s, 5s, 3, 3.");
    static final Key<Integer> PORT = Key.optional("port", Scalars.whole(1, MAX_PORT),
            "The port to probe, when it is not the backend's own.");
    static final Key<Duration> INTERVAL = Key.otherwise("interval",
            Scalars.duration(HealthCheck.MIN_INTERVAL, HealthCheck.MAX_INTERVAL), Preset.SHIPPED.interval, "From one probe to the next.");
    static final Key<Duration> TIMEOUT = Key.otherwise("timeout", Scalars.duration(HealthCheck.MIN_TIMEOUT, HealthCheck.MAX_TIMEOUT),
            Preset.SHIPPED.timeout, "A probe without its answer by then has failed.");
    static final Key<Integer> HEALTHY = Key.otherwise("healthy", THRESHOLD, Preset.SHIPPED.healthy,
            "Successes in a row that bring a backend in.");
    static final Key<Integer> UNHEALTHY = Key.otherwise("unhealthy", THRESHOLD, Preset.SHIPPED.unhealthy,
            "Failures in a row that take a backend out.");
    static final Key<Initial> INITIAL = Key.otherwise("initial", Scalars.lowerCase(Initial.values()), Initial.CHECKING,
            "What a backend is before its first result.");
    static final Key<Duration> FAST_INTERVAL = Key.optional("fastInterval",
            Scalars.duration(HealthCheck.MIN_INTERVAL, HealthCheck.MAX_INTERVAL),
            "From a result that differs from the backend's state to the next probe; absent: interval.");
    static final Key<InetAddress> SOURCE = Key.optional("source",
            Scalars.parsed("an IP address", InetAddress::ofLiteral),
            "The address to probe from; absent: the kernel chooses.");

    static final List<Key<?>> COMMON = List.of(PRESET, PORT, INTERVAL, FAST_INTERVAL, TIMEOUT, HEALTHY, UNHEALTHY, INITIAL, SOURCE);

    static final Variants<HealthCheck> SHAPE = Variants.of("type", "What a probe does.", variants(), List.of());

    /** Of a pool that names none. */
    static final HealthCheck DEFAULT = HealthCheck.of(new Probe.Tcp());

    private HealthCheckKeys() {}

    private static Map<String, MappingShape<? extends HealthCheck>> variants() {
        Map<String, MappingShape<? extends HealthCheck>> variants = new LinkedHashMap<>();
        variants.put("tcp", shape(List.of(ProbeKeys.CLOSE), fields -> new Probe.Tcp(fields.get(ProbeKeys.CLOSE))));
        variants.put("tls",
                shape(List.of(ProbeKeys.TLS), fields -> new Probe.Tls(fields.given(ProbeKeys.TLS).orElse(TlsSettings.DEFAULT))));
        variants.put("http",
                shape(ProbeKeys.http(), HealthCheckKeys::checkHttp, fields -> ProbeKeys.http(fields, preset(fields).method, false)));
        variants.put("https",
                shape(ProbeKeys.https(), HealthCheckKeys::checkHttp, fields -> ProbeKeys.http(fields, preset(fields).method, true)));
        variants.put("grpc", shape(List.of(ProbeKeys.SERVICE, ProbeKeys.GRPC_TLS),
                fields -> new Probe.Grpc(fields.get(ProbeKeys.SERVICE), fields.given(ProbeKeys.GRPC_TLS))));
        variants.put("udp", shape(List.of(ProbeKeys.SEND, ProbeKeys.EXPECT_TEXT), ProbeKeys::checkUdp, ProbeKeys::udp));
        variants.put("icmp", shape(List.of(), _ -> new Probe.Icmp()));
        variants.put("dns", shape(List.of(ProbeKeys.DNS_NAME, ProbeKeys.RECORD, ProbeKeys.RCODES), ProbeKeys::dns));
        variants.put("script", shape(List.of(ProbeKeys.COMMAND), ProbeKeys::checkScript,
                fields -> new Probe.Script(fields.get(ProbeKeys.COMMAND))));
        return variants;
    }

    private static MappingShape<HealthCheck> shape(List<Key<?>> own, Function<Fields, Probe> probe) {
        return shape(own, _ -> {}, probe);
    }

    private static MappingShape<HealthCheck> shape(List<Key<?>> own, Consumer<Fields> check, Function<Fields, Probe> probe) {
        return new MappingShape<>(MappingShape.keys(COMMON, own), check.andThen(HealthCheckKeys::checkPace),
                fields -> check(fields, probe.apply(fields)));
    }

    private static Preset preset(Fields fields) {
        return fields.given(PRESET).orElse(Preset.SHIPPED);
    }

    private static Duration interval(Fields fields) {
        return fields.given(INTERVAL).orElse(preset(fields).interval);
    }

    private static void checkHttp(Fields fields) {
        ProbeKeys.checkHttp(fields, preset(fields).method);
    }

    private static void checkPace(Fields fields) {
        fields.given(FAST_INTERVAL).filter(fast -> fast.compareTo(interval(fields)) > 0).ifPresent(fast -> {
            fields.problem(FAST_INTERVAL, Units.text(fast), "at most the interval, " + Units.text(interval(fields)));
        });
    }

    private static HealthCheck check(Fields fields, Probe probe) {
        Preset preset = preset(fields);
        Duration interval = interval(fields);
        Duration timeout = fields.given(TIMEOUT).orElse(preset.timeout);
        if (preset == Preset.CLB && probe instanceof Probe.Http && timeout.compareTo(interval) < 0) {
            timeout = interval; // CLB-17
        }
        return new HealthCheck(probe, fields.given(PORT).map(OptionalInt::of).orElse(OptionalInt.empty()), fields.given(SOURCE), interval,
                fields.given(FAST_INTERVAL).orElse(interval), timeout, fields.given(HEALTHY).orElse(preset.healthy),
                fields.given(UNHEALTHY).orElse(preset.unhealthy), fields.get(INITIAL));
    }
}
