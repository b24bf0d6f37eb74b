package io.weir.core.config;

import io.weir.core.model.HealthCheck;
import io.weir.core.model.HealthCheck.Initial;
import io.weir.core.model.Probe;
import io.weir.core.model.StatusSet;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

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
    static final Key<Probe.Http.Method> METHOD = Key.otherwise("method",
            Scalars.choice(Scalars.words(Probe.Http.Method.values(), Enum::name), List.of()), Preset.SHIPPED.method,
            "The probe's method; preset nlb uses GET.");
    static final Key<String> PATH = Key.otherwise("path", Scalars.parsed("a path of 1..80 visible ASCII characters from '/'", path -> {
        new Probe.Http(Probe.Http.Method.HEAD, path, Optional.empty(), StatusSet.of(List.of("2xx")));
        return path;
    }), "/", "The probe's path, query included.");
    static final Key<String> HOST = Key.optional("host", Scalars.parsed("a host name of 1..255 visible ASCII characters", host -> {
        new Probe.Http(Probe.Http.Method.HEAD, "/", Optional.of(host), StatusSet.of(List.of("2xx")));
        return host;
    }), "The probe's Host field; absent: the backend's address and port.");
    static final Key<List<String>> EXPECT = Key.otherwise("expect", new SequenceShape<>(new StatusShape(), 1), List.of("2xx"),
            "Status classes and codes that are a success.");

    private static final List<Key<?>> COMMON = List.of(PRESET, PORT, INTERVAL, TIMEOUT, HEALTHY, UNHEALTHY, INITIAL);

    static final Variants<HealthCheck> SHAPE = Variants.of("type", "What a probe does.", variants(),
            List.of("tls", "https", "grpc", "udp", "icmp", "dns", "script"));

    /** Of a pool that names none. */
    static final HealthCheck DEFAULT = HealthCheck.of(new Probe.Tcp());

    private HealthCheckKeys() {}

    private static Map<String, MappingShape<? extends HealthCheck>> variants() {
        Map<String, MappingShape<? extends HealthCheck>> variants = new LinkedHashMap<>();
        variants.put("tcp", MappingShape.of(COMMON, fields -> check(fields, new Probe.Tcp())));
        variants.put("http", MappingShape.of(MappingShape.keys(COMMON, List.of(METHOD, PATH, HOST, EXPECT)), HealthCheckKeys::http));
        return variants;
    }

    private static HealthCheck http(Fields fields) {
        Preset preset = fields.given(PRESET).orElse(Preset.SHIPPED);
        var method = fields.given(METHOD).orElse(preset.method);
        return check(fields, new Probe.Http(method, fields.get(PATH), fields.given(HOST), StatusSet.of(fields.get(EXPECT))));
    }

    private static HealthCheck check(Fields fields, Probe probe) {
        Preset preset = fields.given(PRESET).orElse(Preset.SHIPPED);
        Duration interval = fields.given(INTERVAL).orElse(preset.interval);
        Duration timeout = fields.given(TIMEOUT).orElse(preset.timeout);
        if (preset == Preset.CLB && probe instanceof Probe.Http && timeout.compareTo(interval) < 0) {
            timeout = interval; // CLB-17
        }
        return new HealthCheck(probe, fields.given(PORT).map(OptionalInt::of).orElse(OptionalInt.empty()), Optional.empty(), interval,
                interval, timeout, fields.given(HEALTHY).orElse(preset.healthy), fields.given(UNHEALTHY).orElse(preset.unhealthy),
                fields.get(INITIAL));
    }
}
