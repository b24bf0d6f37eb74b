package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.output.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are judged without a daemon. */
class ConfigFilesTest {
    private static final String VALID = """
            version: 1
            zones: {zone-a: {}}
            pools:
              shop:
                healthCheck: none
                backends: {i-01: {address: "10.0.0.1:80", zone: zone-a}}
            listeners:
              web: {protocol: http, bind: ":8080", pool: shop}
            """;

    @TempDir
    Path folder;

    @Test
    void aValidFileIsExitZero() throws IOException {
        assertThat(validate(VALID)).isEqualTo(new Ran(0, "valid\n", ""));
    }

    @Test
    void everyMistakeHasALineWithItsPlace() throws IOException {
        Ran ran = validate(VALID.replace("zone: zone-a", "zone: zone-x, weight: 400").replace("bind:", "bnd: 1, bind:"));

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.errLines()).hasSize(4).last().isEqualTo("3 errors");
        assertThat(ran.errLines().subList(0, 3)).allMatch(line -> line.matches("weir\\.yaml:\\d+:\\d+: [a-z].*, want .+"))
            .anyMatch(line -> line.startsWith("weir.yaml:6:") && line.endsWith("pools.shop.backends.i-01.weight: 400, want 0..100"));
    }

    @Test
    void asJsonEveryMistakeIsAnObject() throws IOException {
        Path file = Files.writeString(folder.resolve("weir.yaml"), "version: 2\n");

        Ran ran = Ran.weir(Map.of(), false, "config", "validate", "-f", file.toString(), "-o", "json");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.out()).contains("\"valid\" : false").contains("\"field\" : \"version\"").contains("\"line\" : 1");
    }

    @Test
    void aNodeFileIsJudgedToo() throws IOException {
        Path file = Files.writeString(folder.resolve("node.yaml"), "workers: 0\n");

        Ran ran = Ran.weir(Map.of(), false, "config", "validate", "--node", file.toString());

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.errLines().getFirst()).startsWith("node.yaml:1:10: workers: 0, want ");
    }

    @Test
    void aFileThatIsNotUtf8IsSaidSo() throws IOException {
        Path file = Files.write(folder.resolve("weir.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe});

        Ran ran = Ran.weir(Map.of(), false, "config", "validate", "-f", file.toString());

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.errLines()).containsExactly(file + " is not UTF-8", "save it as UTF-8");
    }

    @Test
    void theSchemaIsJson() {
        assertThat(Json.parse(Ran.weir(Map.of(), false, "config", "schema").out()).at("/properties/pools").isObject()).isTrue();
        assertThat(Json.parse(Ran.weir(Map.of(), false, "config", "schema", "--node").out()).at("/properties/workers").isObject()).isTrue();
    }

    private Ran validate(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("weir.yaml"), text);
        return Ran.weir(Map.of(), false, "config", "validate", "-f", file.toString());
    }
}
