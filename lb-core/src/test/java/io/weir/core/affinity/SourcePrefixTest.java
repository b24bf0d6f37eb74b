package io.weir.core.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Cidr;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourcePrefixTest {
    @ParameterizedTest
    @CsvSource({"32, 64, 192.0.2.7, 192.0.2.7, false", "24, 64, 192.0.2.7, 192.0.2.200, true", "24, 64, 192.0.2.7, 192.0.3.7, false",
        "1, 1, 127.255.0.1, 1.2.3.4, true", "1, 1, 127.0.0.1, 128.0.0.1, false", "32, 64, 2001:db8::1, 2001:db8::ffff:1, true",
        "32, 64, 2001:db8::1, 2001:db8:0:1::1, false", "32, 65, 2001:db8::1, 2001:db8:0:0:8000::1, false",
        "32, 128, 2001:db8::1, 2001:db8::2, false", "32, 1, 2001:db8::1, 7fff::1, true", "32, 64, 0.0.0.1, ::1, false"})
    void addressesThatShareThePrefixAreOneSource(int ipv4, int ipv6, String one, String other, boolean same) {
        var prefix = new SourcePrefix(ipv4, ipv6);

        assertThat(prefix.key(InetAddress.ofLiteral(one)).equals(prefix.key(InetAddress.ofLiteral(other))))
            .isEqualTo(same || one.equals(other));
    }

    @ParameterizedTest
    @CsvSource({"32, 64, 192.0.2.7, 192.0.2.7", "24, 64, 192.0.2.7, 192.0.2.0/24", "32, 64, 2001:db8::1, 2001:db8:0:0:0:0:0:0/64",
        "32, 128, 2001:db8::1, 2001:db8:0:0:0:0:0:1"})
    void aSourceIsShownAsAnAddressOrANetwork(int ipv4, int ipv6, String client, String text) {
        var prefix = new SourcePrefix(ipv4, ipv6);

        assertThat(prefix.text(prefix.key(InetAddress.ofLiteral(client)))).isEqualTo(text);
    }

    @Test
    void aNetworkMeansTheSourcesThatItSharesAnAddressWith() {
        var prefix = new SourcePrefix(24, 64);
        AffinityKey source = prefix.key(InetAddress.ofLiteral("192.0.2.7"));

        assertThat(prefix.meets(source, Cidr.parse("192.0.2.9"))).isTrue();
        assertThat(prefix.meets(source, Cidr.parse("192.0.0.0/16"))).isTrue();
        assertThat(prefix.meets(source, Cidr.parse("192.0.3.0/24"))).isFalse();
        assertThat(prefix.meets(source, Cidr.parse("::/0"))).isFalse();
    }
}
