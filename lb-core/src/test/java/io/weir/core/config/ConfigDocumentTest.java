package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigDocumentTest {
    @Test
    void keysKeepTheirOrderAndNewOnesGoToTheEnd() {
        ConfigDocument document = Documents.parsed("{z: 1, a: 2, m: {y: 1, b: 2}}").with(List.of("m", "c"), 3).with(List.of("z"), 9);
        assertThat(document.toJson()).isEqualTo("{\"z\":9,\"a\":2,\"m\":{\"y\":1,\"b\":2,\"c\":3}}");
        assertThat(document.toYaml()).isEqualTo("z: 9\na: 2\nm:\n  y: 1\n  b: 2\n  c: 3\n");
    }

    @Test
    void anEditLeavesTheDocumentThatItStartsFromAsItWas() {
        ConfigDocument document = Documents.parsed("pools: {shop: {drain: 1s}}");
        assertThat(document.with(List.of("pools", "shop", "drain"), "2s").get(List.of("pools", "shop", "drain"))).contains("2s");
        assertThat(document.without(List.of("pools", "shop"))).isEqualTo(Documents.parsed("pools: {}"));
        assertThat(document).isEqualTo(Documents.parsed("pools: {shop: {drain: 1s}}"));
    }

    @Test
    void anEditMakesTheMappingsOnItsWay() {
        assertThat(ConfigDocument.EMPTY.with(List.of("pools", "shop", "drain"), "2s").toJson())
            .isEqualTo("{\"version\":1,\"pools\":{\"shop\":{\"drain\":\"2s\"}}}");
    }

    @Test
    void anEditThroughAScalarIsRefused() {
        assertThatThrownBy(() -> Documents.parsed("pools: 3").with(List.of("pools", "shop"), "x"))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("there is no key shop in 3");
        assertThatThrownBy(() -> ConfigDocument.EMPTY.with(List.of("n"), BigInteger.TWO.pow(70)))
            .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsNotThereIsEmptyAndItsRemovalChangesNothing() {
        ConfigDocument document = Documents.parsed("a: {b: 1}");
        assertThat(document.get(List.of("a", "x", "y"))).isEqualTo(Optional.empty());
        assertThat(document.get(List.of("a", "b", "c"))).isEqualTo(Optional.empty());
        assertThat(document.without(List.of("a", "b", "c"))).isEqualTo(document);
    }

    @Test
    void aMergePatchMergesMappingsRemovesNullsAndReplacesTheRest() {
        ConfigDocument document = Documents.parsed("p: {a: 1, b: {c: 2, d: 3}, e: [1, 2]}");
        Object patch = Documents.parsed("{a: null, b: {d: 4}, e: [3], f: {g: null, h: 5}}").get(List.of()).orElseThrow();
        @SuppressWarnings("unchecked") ConfigDocument patched = document.mergePatch(List.of("p"), (Map<String, Object>) patch);
        assertThat(patched).isEqualTo(Documents.parsed("p: {b: {c: 2, d: 4}, e: [3], f: {h: 5}}"));
    }

    @Test
    void changesAreOneLineEach() {
        ConfigDocument before = Documents.parsed("""
                pools:
                  shop: {drain: 30s, backends: {i-01: {weight: 100}, i-02: {}}, zones: {primary: [a]}}
                  old: {}
                listeners: {web: {routes: [{name: x, forward: [{pool: shop}]}, {name: y}]}}
                """);
        ConfigDocument after = Documents.parsed("""
                pools:
                  shop: {backends: {i-01: {weight: 50, zone: a}, i-02: {}}, zones: {primary: [a, b]}}
                  new: {drain: 1s}
                listeners: {web: {routes: [{name: y}, {name: z}, {name: x, forward: [{pool: old}]}]}}
                """);
        assertThat(before.changesTo(after)).containsExactly("pools.shop.drain: removed", "pools.shop.backends.i-01.weight: 100 -> 50",
                "pools.shop.backends.i-01.zone: added a", "pools.shop.zones.primary: [a] -> [a, b]", "pools.old: removed",
                "pools.new: added",
                "listeners.web.routes.x.forward: [{pool: shop}] -> [{pool: old}]", "listeners.web.routes.z: added",
                "listeners.web.routes: order x, y -> y, z, x");
    }

    @Test
    void theHashIsThatOfTheContent() {
        String hash = Documents.parsed("{a: 1, b: {c: x, d: [1, 2]}}").hash();
        assertThat(hash).isEqualTo(Documents.parsed("# comment\nb:\n  d: [1, 2]\n  c: 'x'\na: 1\n").hash()).hasSize(64);
        assertThat(hash).isNotEqualTo(Documents.parsed("{a: 1, b: {c: x, d: [2, 1]}}").hash());
        assertThat(hash).isNotEqualTo(Documents.parsed("{a: '1', b: {c: x, d: [1, 2]}}").hash());
        assertThat(Documents.parsed("{}").hash()).isEqualTo("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    }

    @Test
    void aliasesShareTheirValue() {
        assertThat(Documents.parsed("a: &x {b: 1}\nc: *x\n")).isEqualTo(Documents.parsed("{a: {b: 1}, c: {b: 1}}"));
        assertThat(Documents.parsed("a: &x {b: 1}\nc: *x\n").toYaml()).isEqualTo("a:\n  b: 1\nc:\n  b: 1\n");
    }

    @Test
    void aBillionLaughsAreRefusedBeforeTheyAreBuilt() {
        StringBuilder text = new StringBuilder("a0: &a0 [lol]\n");
        for (int i = 1; i < 12; i++) {
            text.append("a%d: &a%d [%s]\n".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(9) + "*a" + (i - 1)));
        }
        assertThat(refused(text.toString())).startsWith("weir.yaml:7:").endsWith("more than 1000000 values through aliases, want fewer");
    }

    @Test
    void anAnchorCannotHoldItself() {
        assertThat(refused("a: &x [*x]")).isEqualTo("weir.yaml:1:8: a[0]: *x, want an anchor that stands before it");
    }

    @Test
    void aNestingBombIsRefusedWhereItGetsTooDeep() {
        assertThat(refused("[".repeat(1_000_000))).contains("nested deeper than 32 levels, want fewer");
        assertThat(refused("a: ".repeat(1) + "{a: ".repeat(100_000))).contains("nested deeper than 32 levels, want fewer");
        assertThat(refused("- ".repeat(100_000))).contains("nested deeper than 32 levels, want fewer");
        String anchors = "a: &a " + "[".repeat(20) + "]".repeat(20) + "\nb: " + "[".repeat(20) + "*a" + "]".repeat(20);
        assertThat(refused(anchors)).contains("nested deeper than 32 levels through aliases, want fewer");
    }

    @Test
    void aTextBeyondTheLimitIsRefusedUnread() {
        assertThat(refused("#".repeat((16 << 20) + 1))).isEqualTo("weir.yaml:1:1: 16777217 characters, want at most 16777216");
    }

    @Test
    void aNumberThatDoesNotFitIsRefused() {
        assertThat(refused("a: 9223372036854775808")).startsWith("weir.yaml:1:4: a: 9223372036854775808 as ")
            .endsWith(", want text, true, false or a number of at most 64 bits");
        assertThat(refused("a: .inf")).startsWith("weir.yaml:1:4: a: .inf as ");
        assertThat(refused("a: 1e999")).startsWith("weir.yaml:1:4: a: 1e999 as ");
    }

    @Test
    void aTagThatIsNotOfYamlItselfIsRefused() {
        assertThat(refused("a: !!java.lang.Runtime x")).startsWith("weir.yaml:1:4: a: x as ");
    }

    private static String refused(String text) {
        DocumentResult result = ConfigDocument.parse("weir.yaml", text);
        assertThat(result).isInstanceOf(DocumentResult.Refused.class);
        return ((DocumentResult.Refused) result).problems().getFirst().message();
    }
}
