package io.weir.health.discovery;

import static io.weir.testkit.LoopbackNameServer.address;
import static io.weir.testkit.LoopbackNameServer.alias;
import static io.weir.testkit.LoopbackNameServer.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Backend;
import io.weir.core.model.Discovery.Dns;
import io.weir.core.model.Weight;
import io.weir.net.EventLoops;
import io.weir.net.Transport;
import io.weir.testkit.LoopbackNameServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Members from a name server on loopback, over UDP. */
class DnsSourceIT {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final int SERVFAIL = 2;

    private LoopbackNameServer server;
    private EventLoops loops;

    @BeforeEach
    void start() {
        server = new LoopbackNameServer();
        loops = EventLoops.start(Transport.NIO, 1);
    }

    @AfterEach
    void stop() {
        loops.close();
        server.close();
    }

    @Test
    void addressesOfBothFamiliesAreMembersWhateverTheirOrder() throws InterruptedException {
        server.has("shop.test", address("10.0.0.2", 60), address("10.0.0.1", 30), address("2001:db8::1", 60));
        try (DnsSource source = source("shop.test", Dns.Type.ADDRESSES)) {
            var answer = source.ask();
            assertThat(names(answer)).containsExactly("dns-10.0.0.1-8080", "dns-10.0.0.2-8080", "dns-2001-db8-0-0-0-0-0-1-8080");
            assertThat(answer.again()).isEqualTo(Duration.ofSeconds(30));

            server.has("shop.test", address("2001:db8::1", 0), address("10.0.0.1", 0), address("10.0.0.2", 0));
            assertThat(source.ask().lookup()).isEqualTo(answer.lookup());
            assertThat(source.ask().again()).isEqualTo(INTERVAL);
        }
    }

    @Test
    void aCanonicalNameIsFollowed() throws InterruptedException {
        server.has("www.test", alias("shop.test"));
        server.has("shop.test", address("10.0.0.1", 3_600));
        try (DnsSource source = source("www.test", Dns.Type.A)) {
            var answer = source.ask();
            assertThat(names(answer)).containsExactly("dns-10.0.0.1-8080");
            assertThat(answer.again()).isEqualTo(Duration.ofSeconds(60));
        }
    }

    @Test
    void serviceRecordsGivePortsAndWeightsAndOnlyTheLowestPriorityCounts() throws InterruptedException {
        server.has("_http._tcp.test", service(10, 30, 8001, "a.test"), service(10, 60, 8002, "b.test"), service(10, 0, 8003, "c.test"),
                service(20, 100, 8004, "a.test"));
        server.has("a.test", address("10.0.0.1", 60));
        server.has("b.test", address("10.0.0.2", 60));
        server.has("c.test", address("10.0.0.3", 60));
        try (DnsSource source = source("_http._tcp.test", Dns.Type.SRV)) {
            assertThat(members(source.ask())).extracting(member -> member.name() + " " + member.weight().units())
                .containsExactly("dns-10.0.0.1-8001 50", "dns-10.0.0.2-8002 100", "dns-10.0.0.3-8003 1");
        }
    }

    @Test
    void noSuchNameAndNoSuchRecordAreFailuresAndNoEmptyLists() throws InterruptedException {
        server.has("shop.test", address("10.0.0.1", 60));
        try (DnsSource missing = source("nobody.test", Dns.Type.A); DnsSource other = source("shop.test", Dns.Type.AAAA)) {
            assertThat(missing.ask().lookup())
                .isEqualTo(new Lookup.Failed("A of nobody.test.: there is no such name (NXDOMAIN)"));
            assertThat(other.ask().lookup()).isEqualTo(new Lookup.Failed("AAAA of shop.test.: no such record"));
        }
    }

    @Test
    void anAnswerThatMissesOneOfItsQuestionsIsNoList() throws InterruptedException {
        server.has("_http._tcp.test", service(0, 0, 8001, "a.test"));
        server.has("a.test", address("10.0.0.1", 60));
        try (DnsSource source = source("_http._tcp.test", Dns.Type.SRV)) {
            assertThat(source.ask().lookup()).isInstanceOf(Lookup.Found.class);
            server.answersWith(SERVFAIL);
            assertThat(((Lookup.Failed) source.ask().lookup()).cause()).contains("the name server answered ServFail");
        }
    }

    @Test
    void aSilentServerIsAskedThreeTimes() throws InterruptedException {
        server.fallSilent();
        try (DnsSource source = source("shop.test", Dns.Type.A)) {
            var answer = source.ask();
            assertThat(answer.lookup()).isEqualTo(new Lookup.Failed("A of shop.test.: no answer within 2s"));
            assertThat(answer.again()).isEqualTo(INTERVAL);
            assertThat(server.questions()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void everyTransportAsks(Transport transport) throws InterruptedException {
        org.junit.jupiter.api.Assumptions.assumeTrue(transport.unavailable().isEmpty());
        server.has("shop.test", address("10.0.0.1", 60));
        try (EventLoops others = EventLoops.start(transport, 1);
                DnsSource source = new DnsSource(dns("shop.test", Dns.Type.A), new NettyResolver(others, Optional.of(server.address())))) {
            assertThat(names(source.ask())).containsExactly("dns-10.0.0.1-8080");
        }
    }

    private DnsSource source(String name, Dns.Type type) {
        return new DnsSource(dns(name, type), new NettyResolver(loops, Optional.of(server.address())));
    }

    private Dns dns(String name, Dns.Type type) {
        return new Dns(name, type, type == Dns.Type.SRV ? OptionalInt.empty() : OptionalInt.of(8080), Optional.of(server.address()),
                INTERVAL, Optional.empty(), Weight.DEFAULT);
    }

    private static List<Backend> members(MemberSource.Answer answer) {
        return ((Lookup.Found) answer.lookup()).backends();
    }

    private static List<String> names(MemberSource.Answer answer) {
        return members(answer).stream().map(Backend::name).toList();
    }
}
