package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.weir.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonSchemaTest {
    private static final Schema TRAFFIC = schema(JsonSchema.traffic());
    private static final ConfigDocument SERVED = document(Fixtures.text("served.yaml"));
    private static final ConfigDocument NODE = document(Fixtures.text("node.yaml"));

    @Test
    void theFilesThatUseEveryKeyAreValid() {
        assertThat(TRAFFIC.validate(SERVED.toJson(), InputFormat.JSON)).isEmpty();
        assertThat(schema(JsonSchema.node()).validate(NODE.toJson(), InputFormat.JSON)).isEmpty();
        assertThat(Fixtures.judged(SERVED)).isInstanceOf(TrafficResult.Accepted.class);
        assertThat(NodeFile.parse("node.yaml", NODE.toYaml(), "host")).isInstanceOf(NodeResult.Accepted.class);
    }

    @Test
    void everyKeyOfTheSchemaStandsInThoseFiles() {
        assertThat(keysOf(SERVED)).containsAll(keys(JsonSchema.traffic()));
        assertThat(keysOf(NODE)).containsAll(keys(JsonSchema.node()));
    }

    @Test
    void aKeyThatTheSchemaDoesNotHaveIsRefusedByTheLoaderAndTheSchemaWhereverItStands() {
        List<List<String>> mappings = mappings(SERVED);
        assertThat(mappings).hasSizeGreaterThan(15);
        for (List<String> path : mappings) {
            List<String> extra = new ArrayList<>(path);
            extra.add("colour");
            ConfigDocument changed = SERVED.with(extra, "red");
            assertThat(TRAFFIC.validate(changed.toJson(), InputFormat.JSON)).as("%s", extra).isNotEmpty();
            assertThat(Fixtures.judged(changed)).isInstanceOfSatisfying(TrafficResult.Refused.class,
                    refused -> assertThat(refused.problems()).anySatisfy(problem -> {
                        assertThat(problem.field()).isEqualTo(String.join(".", extra));
                        assertThat(problem.found()).isEqualTo("unknown key");
                    }));
        }
    }

    @Test
    void whatTheLoaderAcceptsIsValid() {
        Seeded.rounds(300, random -> {
            ConfigDocument changed = SERVED;
            for (int edit = 0; edit <= random.nextInt(3); edit++) {
                changed = mutated(changed, random);
            }
            if (Fixtures.judged(changed) instanceof TrafficResult.Accepted) {
                assertThat(TRAFFIC.validate(changed.toJson(), InputFormat.JSON)).as("%s", changed).isEmpty();
            }
        });
    }

    private static ConfigDocument mutated(ConfigDocument document, RandomGenerator random) {
        List<List<String>> leaves = Documents.paths(document);
        List<String> path = leaves.get(random.nextInt(leaves.size()));
        List<Object> values = List.of("5s", "web", 1L, 0L, true, "none", "4KiB", List.of("zone-a"), List.of(200L), Map.of(), "tcp", "http");
        int choice = random.nextInt(values.size() + 1);
        return choice == values.size() ? document.without(path) : document.with(path, values.get(choice));
    }

    private static List<List<String>> mappings(ConfigDocument document) {
        Set<List<String>> named = Set.of(List.of("zones"), List.of("healthChecks"), List.of("pools"), List.of("listeners"),
                List.of("webhooks"), List.of("accessLists"), List.of("certificates"),
                List.of("pools", "shop", "backends"), List.of("pools", "tier", "backends"));
        List<List<String>> mappings = new ArrayList<>(List.of(List.of()));
        Documents.paths(document)
            .stream()
            .filter(path -> document.get(path).orElseThrow() instanceof Map && !named.contains(path))
            .forEach(mappings::add);
        return mappings;
    }

    private static Set<String> keysOf(ConfigDocument document) {
        Set<String> keys = new TreeSet<>();
        collectKeys(JsonMapper.shared().readTree(document.toJson()), keys);
        return keys;
    }

    private static void collectKeys(JsonNode node, Set<String> keys) {
        node.propertyNames().forEach(keys::add);
        node.forEach(child -> collectKeys(child, keys));
    }

    private static Set<String> keys(String schema) {
        Set<String> keys = new TreeSet<>();
        JsonMapper.shared().readTree(schema).findValues("properties").forEach(properties -> collectProperties(properties, keys));
        return keys;
    }

    private static void collectProperties(JsonNode properties, Set<String> keys) {
        properties.propertyNames().forEach(keys::add);
        properties.forEach(property -> property.findValues("properties").forEach(inner -> collectProperties(inner, keys)));
    }

    private static Schema schema(String text) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(text, InputFormat.JSON);
    }

    private static ConfigDocument document(String text) {
        return Documents.parsed(text);
    }
}
