package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Listener;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UdpListenerFileTest {
    private static TrafficResult parse(String pool, String listeners) {
        return TrafficFile.parse("weir.yaml", "version: 1\npools: {p: {" + pool + "}}\nlisteners:\n" + listeners);
    }

    @Test
    void whyItCannotBeTransparentIsSaid() {
        TrafficResult read = parse("", "  dns: {protocol: udp, bind: ':53', pool: p, forwarding: transparent}\n");

        assertThat(read).isInstanceOfSatisfying(TrafficResult.Refused.class, refused -> assertThat(refused.problems()).singleElement()
            .extracting(Problem::message)
            .asString()
            .contains("want proxy: transparent would take a socket for each flow; let the pool send proxyProtocol v2"));
    }

    @Test
    void itMayHaveARangeOfPortsAndBackendsThatFollowThem() {
        TrafficResult read = parse("healthCheck: none, backends: {b: {address: 127.0.0.2}}",
                "  games: {protocol: udp, bind: '127.0.0.1:7000-7009', pool: p, limits: {bandwidth: 20Mbps}}\n");

        assertThat(read).isInstanceOfSatisfying(TrafficResult.Accepted.class, accepted -> assertThat(
                accepted.configuration().listeners().get("games"))
            .isInstanceOfSatisfying(Listener.Udp.class, udp -> {
                assertThat(udp.entrance().ports()).isEqualTo(10);
                assertThat(udp.entrance().limits().bandwidth()).hasValue(20_000_000);
            }));
    }

    @Test
    void aListenerHasItsOwnIdleTimeoutAndMayBeOneShot() {
        TrafficResult read = parse("", "  dns: {protocol: udp, bind: ':53', pool: p, idleTimeout: 20s, oneShot: true}\n");

        assertThat(read).isInstanceOfSatisfying(TrafficResult.Accepted.class, accepted -> assertThat(
                accepted.configuration().listeners().get("dns"))
            .isInstanceOfSatisfying(Listener.Udp.class, udp -> {
                assertThat(udp.idleTimeout()).isEqualTo(Duration.ofSeconds(20));
                assertThat(udp.oneShot()).isTrue();
            }));
    }

    @Test
    void datagramsAndConnectionsMayHaveTheSamePortAndTwoListenersOfDatagramsMayNot() {
        String udp = "  one: {protocol: udp, bind: ':53', pool: p}\n";
        String tcp = "  two: {protocol: tcp, bind: ':53', pool: p}\n";

        assertThat(parse("", udp + tcp)).isInstanceOf(TrafficResult.Accepted.class);
        assertThat(parse("", udp + udp.replace("one", "other"))).isInstanceOfSatisfying(TrafficResult.Refused.class,
                refused -> assertThat(refused.problems()).singleElement()
                    .extracting(Problem::message)
                    .asString()
                    .contains("an address that listener one does not have"));
    }

    @Test
    void theTextLineOfTheProxyProtocolIsRefusedInFrontOfDatagrams() {
        TrafficResult read = parse("proxyProtocol: v1", "  one: {protocol: udp, bind: ':53', pool: p}\n");

        assertThat(read).isInstanceOfSatisfying(TrafficResult.Refused.class, refused -> assertThat(refused.problems()).singleElement()
            .extracting(Problem::message)
            .asString()
            .contains("listeners.one.pool: p, want a pool with proxyProtocol none or v2: v1 is for streams"));
        assertThat(parse("proxyProtocol: v2", "  one: {protocol: udp, bind: ':53', pool: p}\n")).isInstanceOf(TrafficResult.Accepted.class);
    }
}
