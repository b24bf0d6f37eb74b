package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Discovery;
import io.weir.core.model.Weight;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class DiscoverKeysTest {
    @Test
    void eachSourceIsReadWithItsDefaults() {
        assertThat(read("{dns: shop.test, port: 80}")).isEqualTo(new Discovery.Dns("shop.test", Discovery.Dns.Type.ADDRESSES,
                OptionalInt.of(80), Optional.empty(), Duration.ofSeconds(5), Optional.empty(), Weight.DEFAULT));
        assertThat(read("{dns: _http._tcp.test, server: \"10.0.0.53:53\", zone: zone-a, weight: 7, interval: 1s}"))
            .isEqualTo(new Discovery.Dns("_http._tcp.test", Discovery.Dns.Type.SRV, OptionalInt.empty(),
                    Optional.of(new InetSocketAddress(InetAddress.ofLiteral("10.0.0.53"), 53)), Duration.ofSeconds(1),
                    Optional.of("zone-a"), new Weight(7)));
        assertThat(read("{file: /etc/members.yaml}")).isEqualTo(new Discovery.File(Path.of("/etc/members.yaml"), Duration.ofSeconds(1)));
        assertThat(read("{registered: {}}")).isEqualTo(new Discovery.Registered(Duration.ofSeconds(30)));
    }

    @Test
    void whatDoesNotBelongTogetherIsRefused() {
        assertThat(problems("{}")).containsExactly("dns: nothing, want dns, file or registered");
        assertThat(problems("{dns: a.test, port: 80, file: /m}")).containsExactly("file: dns and file, want one of them");
        assertThat(problems("{dns: a.test}")).containsExactly("port: nothing, want 1..65535");
        assertThat(problems("{dns: _a.test, port: 80}")).containsExactly("port: a port with srv, want no port: the records have them");
        assertThat(problems("{registered: {}, interval: 1s}"))
            .containsExactly("interval: it with registered, want it only with dns or file");
        assertThat(problems("{dns: \"a b\", port: 80}")).containsExactly("dns: 'a b', want a domain name");
        assertThat(problems("{nodes: l7}")).anyMatch(problem -> problem.contains("not supported yet"));
    }

    private static Discovery read(String discover) {
        var accepted = (TrafficResult.Accepted) TrafficFile.parse("weir.yaml", text(discover));
        return accepted.configuration().pools().values().iterator().next().discovery().orElseThrow();
    }

    private static List<String> problems(String discover) {
        var refused = (TrafficResult.Refused) TrafficFile.parse("weir.yaml", text(discover));
        return refused.problems().stream().map(problem -> problem.message().replaceFirst("^.*pools\\.shop\\.discover\\.", "")).toList();
    }

    private static String text(String discover) {
        return "version: 1\nzones: {zone-a: {}}\npools: {shop: {discover: " + discover + "}}\n";
    }
}
