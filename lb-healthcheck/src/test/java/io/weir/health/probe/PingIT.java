package io.weir.health.probe;

import static io.weir.health.probe.OneProbe.assertNotTried;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weir.core.health.ProbeOutcome;
import io.weir.core.model.Probe;
import io.weir.net.PingSocket;
import io.weir.net.Transport;
import io.weir.testkit.ManagedProcess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Echo requests, in a network namespace of the test's own where this host does not allow ping sockets. */
class PingIT {
    /** Run as a program of its own: probes 127.0.0.1 and an address without a route, and prints the outcomes. */
    public static void main(String[] arguments) throws Exception {
        try (var probe = new OneProbe(Transport.NIO)) {
            for (String address : List.of("127.0.0.1", "127.0.0.2", "::1", "192.0.2.1")) {
                ProbeOutcome outcome = probe.of(new InetSocketAddress(InetAddress.ofLiteral(address), 0), new Probe.Icmp());
                System.out.println(address + " " + words(outcome));
            }
        }
    }

    private static String words(ProbeOutcome outcome) {
        return switch (outcome) {
            case ProbeOutcome.Success success -> success.latency().compareTo(OneProbe.TIMEOUT) < 0 ? "passed" : "passed late";
            case ProbeOutcome.Failure failure -> "failed: " + failure.detail();
            case ProbeOutcome.NotTried notTried -> "not tried: " + notTried.detail();
        };
    }

    @Test
    void membersThatReplyAreWell() throws Exception {
        List<String> java = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"), PingIT.class.getName());
        String allow = "echo '0 2147483647' > /proc/sys/net/ipv4/ping_group_range && ip link set lo up && exec \"$@\"";
        List<String> command = Stream.concat(Stream.of("unshare", "--net", "sh", "-c", allow, "sh"), java.stream()).toList();
        try (var program = ManagedProcess.start(command, Path.of("/"), Map.of())) {
            int code = program.awaitExit(Duration.ofSeconds(60));
            assumeThat(program.output()).as("a network namespace may be made").noneMatch(line -> line.contains("not permitted"));

            assertThat(program.output()).contains("127.0.0.1 passed", "127.0.0.2 passed", "::1 passed",
                    "192.0.2.1 failed: host unreachable");
            assertThat(code).isZero();
        }
    }

    @Test
    void whereTheHostForbidsPingSocketsNothingIsTried() throws Exception {
        assumeThat(PingSocket.unavailable()).as("this host forbids them").isPresent();
        try (var probe = new OneProbe(Transport.NIO)) {
            assertNotTried(probe.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), new Probe.Icmp()),
                    PingSocket.unavailable().orElseThrow());
        }
    }
}
