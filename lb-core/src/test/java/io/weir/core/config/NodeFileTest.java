package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.MemoryCeiling;
import io.weir.core.model.Node;
import io.weir.core.model.Node.TransportChoice;
import io.weir.core.model.SessionLogging;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class NodeFileTest {
    @Test
    void anEmptyFileIsANodeOfDefaultsNamedAsItsHost() {
        assertThat(accepted("")).isEqualTo(new Node("lb-9", Optional.empty(), Optional.empty(), TransportChoice.AUTO, OptionalInt.empty(),
                Path.of("/run/weir/admin.sock"), Optional.empty(), Path.of("/var/lib/weir"), Optional.empty(), Optional.empty()));
        assertThat(accepted("workers: auto\ntransport: auto\nstore: file\nadmin: {}\n")).isEqualTo(accepted(""));
    }

    @Test
    void everyServedKeyReachesTheModel() {
        assertThat(accepted(Fixtures.text("node.yaml")))
            .isEqualTo(new Node("lb-1", Optional.of("zone-a"), Optional.of("hangzhou"), TransportChoice.EPOLL, OptionalInt.of(4),
                    Path.of("/run/lb/admin.sock"), Optional.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9900)),
                    Path.of("/srv/lb/state"), Optional.of(new SessionLogging(Path.of("/var/log/weir/sessions.log"), 1 << 20, 3)),
                    Optional.of(new MemoryCeiling(2L << 30, 1L << 30))));
        assertThat(accepted("memory: {ceiling: 100MiB}").memory()).contains(new MemoryCeiling(100L << 20, 90L << 20));
        assertThat(accepted("transport: io_uring").transport()).isEqualTo(TransportChoice.IO_URING);
    }

    @Test
    void allMistakesAreTold() {
        assertThat(problems("""
                name: lb 1
                transport: kqueue
                workers: 0
                roles: [l4]
                admin: {socket: run/weir.sock, http: localhost:9900, tokens: {}}
                store: etcd
                etcd: {}
                cluster: {}
                memory: {ceiling: 1GiB, resumeAt: 1GiB}
                nmae: x
                """)).containsExactly(
                "node.yaml:1:7: name: 'lb 1', want a name: 1..63 letters, digits, '.', '_' or '-', starting with a letter or digit",
                "node.yaml:2:12: transport: kqueue, want auto, io_uring, epoll or nio", "node.yaml:3:10: workers: 0, want 1..256 or auto",
                "node.yaml:4:1: roles: a list, want no such key: not supported yet",
                "node.yaml:5:17: admin.socket: run/weir.sock, want an absolute path",
                "node.yaml:5:38: admin.http: localhost:9900, want IP:PORT, [IPv6]:PORT or :PORT",
                "node.yaml:5:54: admin.tokens: a mapping, want no such key: not supported yet",
                "node.yaml:6:8: store: etcd, want file (etcd is not supported yet)",
                "node.yaml:7:1: etcd: a mapping, want no such key: not supported yet",
                "node.yaml:8:1: cluster: a mapping, want no such key: not supported yet",
                "node.yaml:9:35: memory.resumeAt: 1GiB, want less than ceiling, 1GiB", "node.yaml:10:1: nmae: unknown key, want name");
    }

    @Test
    void aHostNameThatIsNoNodeNameAsksForOne() {
        assertThat(NodeFile.parse("node.yaml", "zone: a", "-")).isInstanceOfSatisfying(NodeResult.Refused.class,
                refused -> assertThat(refused.problems()).extracting(Problem::message)
                    .containsExactly("node.yaml:1:1: name: nothing, and the host calls itself '-', "
                            + "want a name: 1..63 letters, digits, '.', '_' or '-', starting with a letter or digit"));
    }

    @Test
    void aZoneThatTheTrafficFileDoesNotNameIsAWarning() {
        var traffic = (TrafficResult.Accepted) TrafficFile.parse("weir.yaml", "zones: {zone-a: {}}");
        assertThat(TrafficFile.warnings(traffic, accepted("zone: zone-a"))).isEmpty();
        assertThat(TrafficFile.warnings(traffic, accepted("name: lb-1"))).isEmpty();
        assertThat(TrafficFile.warnings(traffic, accepted("zone: zone-c"))).extracting(Problem::message)
            .containsExactly("zones: no zone-c, the zone of node lb-9, want it among the zones");
    }

    private static Node accepted(String text) {
        NodeResult result = NodeFile.parse("node.yaml", text, "lb-9");
        assertThat(result).as("%s", result).isInstanceOf(NodeResult.Accepted.class);
        return ((NodeResult.Accepted) result).node();
    }

    private static List<String> problems(String text) {
        NodeResult result = NodeFile.parse("node.yaml", text, "lb-9");
        assertThat(result).isInstanceOf(NodeResult.Refused.class);
        return ((NodeResult.Refused) result).problems().stream().map(Problem::message).toList();
    }
}
