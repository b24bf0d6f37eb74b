package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.config.Key.Need;
import io.weir.core.model.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Keeps docs/configuration.md true: its tables are those of the loader, and its examples load. */
class ConfigurationReferenceTest {
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(# (weir|node)\\.yaml\n.*?)```", Pattern.DOTALL);

    private final String reference = Files.readString(Path.of("..", "docs", "configuration.md"));

    ConfigurationReferenceTest() throws IOException {}

    @TestFactory
    Stream<DynamicTest> theReferenceHasEveryTableOfKeys() {
        return tables().entrySet()
            .stream()
            .map(table -> DynamicTest.dynamicTest(table.getKey(), () -> assertThat(reference).contains(markdown(table.getValue()))));
    }

    @Test
    void everyExampleLoads() {
        var examples = EXAMPLE.matcher(reference);
        int found = 0;
        while (examples.find()) {
            found++;
            if (examples.group(2).equals("weir")) {
                assertThat(TrafficFile.parse("weir.yaml", examples.group(1))).isInstanceOf(TrafficResult.Accepted.class);
            } else {
                assertThat(NodeFile.parse("node.yaml", examples.group(1), "host")).isInstanceOf(NodeResult.Accepted.class);
            }
        }
        assertThat(found).isGreaterThanOrEqualTo(3);
    }

    static Map<String, MappingShape<?>> tables() {
        Map<String, MappingShape<?>> tables = new LinkedHashMap<>();
        tables.put("top", TrafficKeys.SHAPE);
        tables.put("zone", TrafficKeys.ZONE);
        tables.put("access list", LimitKeys.ACCESS_LIST_FORM);
        tables.put("health check", only(MappingShape.keys(List.of(HealthCheckKeys.SHAPE.by()), HealthCheckKeys.COMMON)));
        tables.put("health check, tcp", only(List.of(ProbeKeys.CLOSE)));
        tables.put("health check, http", only(ProbeKeys.http()));
        tables.put("health check, tls", TlsKeys.SHAPE);
        tables.put("health check, grpc", only(List.of(ProbeKeys.SERVICE, ProbeKeys.GRPC_TLS)));
        tables.put("health check, udp", only(List.of(ProbeKeys.SEND, ProbeKeys.EXPECT_TEXT)));
        tables.put("health check, dns", only(List.of(ProbeKeys.DNS_NAME, ProbeKeys.RECORD, ProbeKeys.RCODES)));
        tables.put("health check, script", only(List.of(ProbeKeys.COMMAND)));
        tables.put("body of a health check", ProbeKeys.BODY_FORM);
        tables.put("pool", PoolKeys.SHAPE);
        tables.put("zones of a pool", PoolKeys.TIERS);
        tables.put("failover", FailoverKeys.SHAPE);
        tables.put("outlierDetection", OutlierKeys.FORM);
        tables.put("successRate", OutlierKeys.SUCCESS_RATE_FORM);
        tables.put("latency", OutlierKeys.LATENCY_FORM);
        tables.put("quorum", SorryKeys.QUORUM);
        tables.put("sorry", SorryKeys.SORRY);
        tables.put("drain", DrainKeys.FORM);
        tables.put("affinity", variant(AffinityKeys.SHAPE, "source"));
        tables.put("proxyProtocol", ProxyProtocolKeys.FORM);
        tables.put("field of proxyProtocol", ProxyProtocolKeys.FIELD_FORM);
        tables.put("backend", PoolKeys.BACKEND);
        tables.put("discover", DiscoverKeys.SHAPE);
        tables.put("registered", DiscoverKeys.REGISTERED_FORM);
        tables.put("webhook", WebhookKeys.SHAPE);
        tables.put("listener, tcp", variant(ListenerKeys.SHAPE, "tcp"));
        tables.put("listener, udp", variant(ListenerKeys.SHAPE, "udp"));
        tables.put("limits, tcp", ListenerKeys.TCP_LIMITS);
        tables.put("perSource", LimitKeys.PER_SOURCE_FORM);
        tables.put("certificate", CertificateKeys.SHAPE);
        tables.put("listener, tls", variant(ListenerKeys.SHAPE, "tls"));
        tables.put("tls of a listener", TlsTermsKeys.SHAPE);
        tables.put("policy of a listener", TlsPolicyKeys.OWN);
        tables.put("clientCertificates", TlsTermsKeys.CLIENTS_FORM);
        tables.put("sni", TlsListenerKeys.ROUTE);
        tables.put("listener, http", variant(ListenerKeys.SHAPE, "http"));
        tables.put("limits, http", ListenerKeys.HTTP_LIMITS);
        tables.put("route", RouteKeys.SHAPE);
        tables.put("match", RouteKeys.MATCH_FORMS);
        tables.put("path", RouteKeys.PATH_FORMS);
        tables.put("node", NodeKeys.shape("host"));
        tables.put("admin", NodeKeys.ADMIN_FORM);
        tables.put("sessionLog", NodeKeys.SESSION_LOG_FORM);
        return tables;
    }

    private static MappingShape<?> only(List<Key<?>> keys) {
        return MappingShape.of(keys, Fields::name);
    }

    private static MappingShape<?> variant(Variants<?> variants, String word) {
        return Objects.requireNonNull(variants.shapeByWord().get(word), word);
    }

    static String markdown(MappingShape<?> shape) {
        StringBuilder table = new StringBuilder("| key | value | default | what it does |\n|---|---|---|---|\n");
        for (Key<?> key : shape.keys()) {
            if (key.need() != Need.LATER) {
                String otherwise = key.need() == Need.REQUIRED ? "required" : code(key.writtenDefault().toString());
                table.append("| %s | %s | %s | %s |\n".formatted(code(key.name()),
                        key.shape().wanted().replace("a name: " + Names.RULE, "a name"), otherwise, key.sentence()));
            }
        }
        return table.toString();
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }
}
