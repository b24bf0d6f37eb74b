package io.weir.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostCheckTest {
    private final HostCheck check = new HostCheck(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9900));

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9900", "127.0.0.1", "localhost:9900", "LOCALHOST", "[::1]:9900", "[::1]", "10.0.0.7"})
    void literalsAndLocalhostNameThisServer(String field) {
        assertThat(check.test(field)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "evil.example", "evil.example:9900", "localhost.evil.example", "127.0.0.1.evil.example", "2130706433x",
        "[evil]"})
    void aNameThatAnybodyCanResolveHereDoesNot(String field) {
        assertThat(check.test(field)).isFalse();
    }
}
