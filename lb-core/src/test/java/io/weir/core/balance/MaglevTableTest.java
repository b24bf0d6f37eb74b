package io.weir.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Algorithm;
import io.weir.core.model.Algorithm.HashKey;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MaglevTableTest {
    /** If this fails the tables have changed: nodes of two versions would send one connection to two backends. Change the code, not the file. */
    @Test
    void theTablesAreThoseOfTheGoldenFile() throws IOException {
        assertThat(described()).isEqualTo(golden());
    }

    @Test
    void aHashPicksTheSlotThatItsUnsignedValueLeavesModuloTheTableSize() {
        Loop loop = Loop.of(new Algorithm.Maglev(HashKey.SOURCE), 100, 50, 25);
        MaglevTable table = (MaglevTable) loop.balancer;

        for (long hash : new long[] {0, 1, 65_536, 65_537, -1, Long.MIN_VALUE, 0x9E3779B97F4A7C15L}) {
            int slot = new BigInteger(Long.toUnsignedString(hash)).mod(BigInteger.valueOf(65_537)).intValueExact();
            assertThat(table.pick(loop.state, hash, 0)).isEqualTo(table.candidate(slot));
        }
    }

    private static List<String> described() {
        List<String> lines = new ArrayList<>();
        lines.add(describe("one", Loop.candidates(100)));
        lines.add(describe("three-equal", Loop.candidates(Loop.equal(3, 100))));
        lines.add(describe("weighted", Loop.candidates(100, 50, 25, 1, 99)));
        lines.add(describe("hundred-equal", Loop.candidates(Loop.equal(100, 7))));
        lines.add(describe("two-thousand-weighted", Loop.candidates(Loop.weights(42, 2000))));
        return lines;
    }

    private static String describe(String name, List<Candidate> candidates) {
        String[] slots = MaglevTableProperties.slots(candidates);
        return name + " " + String.join(",", List.of(slots).subList(0, 12)) + " sha256=" + sha256(String.join(",", slots));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> golden() throws IOException {
        try (InputStream file = Objects.requireNonNull(MaglevTableTest.class.getResourceAsStream("maglev-golden.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
