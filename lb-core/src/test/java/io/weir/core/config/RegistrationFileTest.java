package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Registration;
import io.weir.core.model.Weight;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistrationFileTest {
    private static final Registration FIRST = registration("i-01", "10.0.0.1", Optional.of("zone-a"), OptionalInt.of(9));
    private static final Registration SECOND = registration("i-02", "2001:db8::1", Optional.empty(), OptionalInt.empty()).told();

    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsRead() throws IOException {
        var file = new RegistrationFile(folder);
        assertThat(file.read()).isEmpty();
        file.write(List.of(FIRST, SECOND));
        assertThat(new RegistrationFile(folder).read()).containsExactly(FIRST, SECOND);
        file.write(List.of());
        assertThat(new RegistrationFile(folder).read()).isEmpty();
    }

    @Test
    void aWriteThatFailsLeavesTheOldList() throws IOException {
        new RegistrationFile(folder).write(List.of(FIRST));
        Disk full = new Disk() {
            @Override
            public void rename(Path from, Path to) throws IOException {
                throw new IOException("no space left");
            }
        };
        assertThatThrownBy(() -> new RegistrationFile(folder, full).write(List.of(SECOND))).isInstanceOf(IOException.class);
        assertThat(new RegistrationFile(folder).read()).containsExactly(FIRST);
    }

    @Test
    void damageIsTold() throws IOException {
        Files.writeString(folder.resolve("registrations.json"), "{\"registrations\":[{\"pool\":\"shop\"}]}");
        assertThatThrownBy(() -> new RegistrationFile(folder).read()).isInstanceOf(IOException.class).hasMessageContaining("is damaged");
    }

    private static Registration registration(String name, String host, Optional<String> zone, OptionalInt most) {
        var address = new InetSocketAddress(java.net.InetAddress.ofLiteral(host), 8080);
        return new Registration("shop", new Backend(name, address, zone, new Weight(7), most, AdminState.ENABLED), Duration.ofSeconds(30));
    }
}
