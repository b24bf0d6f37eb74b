package io.weir.health.probe;

import static io.weir.health.probe.OneProbe.assertFailed;
import static io.weir.health.probe.OneProbe.assertPassed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.health.ProbeOutcome;
import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.core.model.Probe;
import io.weir.net.Transport;
import io.weir.testkit.FreePorts;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Datagrams to members that answer, keep silent or are not there, on every transport of this host. */
@ParameterizedClass
@MethodSource("transports")
class DatagramProbeIT {
    @Parameter
    Transport transport = Transport.NIO;

    private OneProbe probe;

    static Stream<Transport> transports() {
        return OneProbe.transports();
    }

    @BeforeEach
    void start() {
        probe = new OneProbe(transport);
    }

    @AfterEach
    void stop() {
        probe.close();
    }

    private static Probe.Udp asking(String send, String expect) {
        return new Probe.Udp(Optional.of(new Probe.Udp.Exchange(send, expect)));
    }

    private static final Probe.Udp SILENT_IS_WELL = new Probe.Udp(Optional.empty());

    private static Probe.Dns dns(Probe.Dns.Rcode... rcodes) {
        return new Probe.Dns("health.shop.example", Probe.Dns.RecordType.A, Set.of(rcodes));
    }

    @Test
    void silenceIsASuccessWhereNoAnswerIsWanted() throws Exception {
        try (var server = DatagramServer.answering(_ -> Optional.empty())) {
            ProbeOutcome outcome = probe.of(server.address(), OneProbe.hasty(SILENT_IS_WELL));

            assertThat(outcome).isInstanceOfSatisfying(ProbeOutcome.Success.class,
                    success -> assertThat(success.latency()).isGreaterThanOrEqualTo(OneProbe.SHORT));
            assertThat(server.received().get(30, TimeUnit.SECONDS)).containsExactly(0);
        }
    }

    @Test
    void aPortThatIsUnreachableFailsAtOnce() throws Exception {
        assertFailed(probe.of(FreePorts.nextAddress(), SILENT_IS_WELL), Cause.PORT_UNREACHABLE, "port unreachable");
    }

    @Test
    void theRightAnswerIsASuccess() throws Exception {
        try (var server = DatagramServer.answering(asked -> Optional.of("PONG".getBytes(UTF_8)))) {
            assertPassed(probe.of(server.address(), asking("PING", "PONG")));

            assertThat(new String(server.received().get(30, TimeUnit.SECONDS), UTF_8)).isEqualTo("PING");
        }
    }

    @Test
    void anotherAnswerFailsAndSoDoesNone() throws Exception {
        try (var server = DatagramServer.answering(_ -> Optional.of("what?".getBytes(UTF_8)))) {
            assertFailed(probe.of(server.address(), asking("PING", "PONG")), Cause.BAD_ANSWER, "answer does not contain 'PONG'");
        }
        try (var server = DatagramServer.answering(_ -> Optional.empty())) {
            assertFailed(probe.of(server.address(), OneProbe.hasty(asking("PING", "PONG"))), Cause.NO_ANSWER, "no answer within 300ms");
        }
    }

    @Test
    void aDatagramComesFromTheSourceOfItsCheck() throws Exception {
        try (var server = DatagramServer.answering(_ -> Optional.of(new byte[1]))) {
            InetAddress source = InetAddress.ofLiteral("127.0.0.9");

            assertPassed(probe.of(server.address(), OneProbe.check(SILENT_IS_WELL).withSource(source)));

            assertThat(server.peer().get(30, TimeUnit.SECONDS)).isEqualTo(source);
        }
    }

    @Test
    void aNameServerIsJudgedByTheCodeOfItsAnswer() throws Exception {
        try (var server = DatagramServer.answering(asked -> Optional.of(DatagramServer.dnsAnswer(asked, 3)))) {
            assertPassed(probe.of(server.address(), dns(Probe.Dns.Rcode.NOERROR, Probe.Dns.Rcode.NXDOMAIN)));
            assertFailed(probe.of(server.address(), dns(Probe.Dns.Rcode.NOERROR)), Cause.WRONG_STATUS, "rcode NXDOMAIN, want NOERROR");

            String question = "066865616c74680473686f70076578616d706c650000010001";
            byte[] asked = server.received().get(30, TimeUnit.SECONDS);
            assertThat(HexFormat.of().formatHex(asked, 2, asked.length)).isEqualTo("01000001000000000000" + question);
        }
    }

    @Test
    void anAnswerToAnotherQuestionIsNoAnswer() throws Exception {
        try (var server = DatagramServer.answering(asked -> {
            byte[] answer = DatagramServer.dnsAnswer(asked, 0);
            answer[0] ^= 1;
            return Optional.of(answer);
        })) {
            assertFailed(probe.of(server.address(), OneProbe.hasty(dns(Probe.Dns.Rcode.NOERROR))), Cause.NO_ANSWER,
                    "no answer within 300ms");
        }
    }

    @Test
    void whatIsNotDnsFails() throws Exception {
        try (var server = DatagramServer.answering(_ -> Optional.of("hello".getBytes(UTF_8)))) {
            assertFailed(probe.of(server.address(), dns(Probe.Dns.Rcode.NOERROR)), Cause.BAD_ANSWER, "not a DNS answer");
        }
    }
}
