package io.weir.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.daemon.Netlab.Place;
import io.weir.testkit.ManagedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recipe of deploy/transparent in a lab: real routers, and addresses that are nobody's on the node. */
class TransparentIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String RECIPE = Path.of("../deploy/transparent/transparent").toAbsolutePath().normalize().toString();
    private static final String SERVICE = "10.77.9.9";

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring"})
    void backendsSeeTheClientAndEveryPortOfAServiceGoesToTheSamePortOfABackend(String transport, @TempDir Path folder) throws Exception {
        Netlab.unavailable().ifPresent(reason -> Assumptions.abort("no lab: " + reason));
        String client = Place.CLIENT.address(0);
        String backend = Place.ZONE_A.address(0);
        try (Netlab lab = Netlab.up()) {
            lab.gateway(Place.ZONE_A);
            run(folder, lab.in(Place.NODE, List.of(RECIPE, "up", "10.77.9.0/24", "8000")));
            try (ManagedProcess teller = java(lab, Place.ZONE_A, folder, AddressTeller.class, backend, "9001", "9002")) {
                teller.awaitLine(line -> line.equals("ready"), LIMIT);
                try (ManagedProcess _ = node(lab, folder, transport, backend);
                        ManagedProcess asker = java(lab, Place.CLIENT, folder, AddressTeller.Asker.class, Place.NODE.address(0), "7000",
                                Place.NODE.address(0), "7001", SERVICE, "9001", SERVICE, "9002")) {
                    assertThat(asker.awaitExit(LIMIT)).isZero();
                    assertThat(asker.output().stream().filter(line -> line.startsWith("told "))).as("transparent, proxy, intercepted twice")
                        .containsExactly("told " + client + " 9001", "told " + Place.NODE.address(0) + " 9001", "told " + client + " 9001",
                                "told " + client + " 9002");
                }
            }
            run(folder, lab.in(Place.NODE, List.of(RECIPE, "down")));
        }
    }

    private static ManagedProcess node(Netlab lab, Path folder, String transport, String backend) throws IOException, InterruptedException {
        DaemonScene scene = DaemonScene.in(folder);
        scene.write("node.yaml", """
                name: lab
                transport: %s
                admin: {socket: %s}
                state: %s
                """.formatted(transport, scene.socket(), scene.state()));
        Path config = scene.write("weir.yaml", """
                version: 1
                pools:
                  fixed: {healthCheck: none, backends: {b: {address: "%s:9001"}}}
                  same-port: {healthCheck: none, backends: {b: {address: %s}}}
                listeners:
                  seen: {protocol: tcp, bind: "0.0.0.0:7000", pool: fixed, forwarding: transparent}
                  unseen: {protocol: tcp, bind: "0.0.0.0:7001", pool: fixed}
                  every: {protocol: tcp, bind: "0.0.0.0:8000", pool: same-port, forwarding: transparent, intercept: true}
                """.formatted(backend, backend));
        ManagedProcess node = java(lab, Place.NODE, folder, DaemonProcess.class, scene.nodeFile().toString(), config.toString());
        DaemonProcess.awaitStart(node);
        return node;
    }

    private static ManagedProcess java(Netlab lab, Place place, Path folder, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-Dweir.log=INFO", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return ManagedProcess.start(lab.in(place, command), folder, Map.of());
    }

    private static void run(Path folder, List<String> command) throws InterruptedException {
        try (ManagedProcess process = ManagedProcess.start(command, folder, Map.of())) {
            assertThat(process.awaitExit(LIMIT)).as("%s: %s", command, process.output()).isZero();
        }
    }
}
