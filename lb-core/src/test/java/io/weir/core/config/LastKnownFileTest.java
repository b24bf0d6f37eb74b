package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.LastKnown;
import io.weir.core.model.Tier;
import io.weir.core.model.Weight;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastKnownFileTest {
    private static final Backend PLAIN = new Backend("dns-10.0.0.1-80", new InetSocketAddress("10.0.0.1", 80), Optional.empty(),
            new Weight(100), OptionalInt.empty(), AdminState.ENABLED);
    private static final Backend SPECIAL = new Backend("i-02", new InetSocketAddress("2001:db8::1", 8080), Optional.of("zone-a"),
            new Weight(7),
            OptionalInt.of(50), AdminState.DRAIN);

    @Test
    void whatWasWrittenIsReadAgain(@TempDir Path folder) throws IOException {
        var known = new LastKnown(Map.of("shop", List.of(PLAIN, SPECIAL)), Map.of("cart", Tier.BACKUP));

        new LastKnownFile(folder).write(known);

        assertThat(new LastKnownFile(folder).read()).isEqualTo(known);
    }

    @Test
    void nothingIsKnownBeforeTheFirstWrite(@TempDir Path folder) throws IOException {
        assertThat(new LastKnownFile(folder).read()).isEqualTo(LastKnown.NOTHING);
    }

    @Test
    void aDamagedFileSaysSo(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("last-known.json"), "{\"members\": {\"shop\": [{}]}, \"tiers\": {}}");

        assertThatThrownBy(() -> new LastKnownFile(folder).read()).isInstanceOf(IOException.class).hasMessageContaining("is damaged");
    }
}
