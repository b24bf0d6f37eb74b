package io.weir.daemon;

import static org.awaitility.Awaitility.await;

import io.weir.daemon.DrillBackend.Mood;
import io.weir.daemon.DrillClient.Exchange;
import io.weir.daemon.Netlab.Place;
import io.weir.testkit.ManagedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * A node, two zones of backends and an outside client, all of them processes in a lab's network namespaces. {@link #run} lets a fault happen
 * to the primary zone under load, ends it, and waits until traffic is back home. Confined to one thread.
 */
final class Drill implements AutoCloseable {
    private static final int BACKENDS_A_ZONE = 3;
    private static final int BACKEND_PORT = 8080;
    private static final int WEB_PORT = 80;
    private static final int EDGE_PORT = 7000;
    private static final int REQUESTS_A_SECOND = 100;
    private static final int CONNECTIONS = 200;
    private static final Duration STEADY = Duration.ofSeconds(2);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Plan plan;
    private final Netlab lab;
    private final DaemonScene scene;
    private final List<ManagedProcess> primary = new ArrayList<>();
    private final List<ManagedProcess> others = new ArrayList<>();

    /**
     * @param transport the node's
     * @param check of the pool, without braces: {@code type: http, path: /healthz}
     * @param holdDown of the pool
     * @param deadline after the fault: no request that starts later may fail
     * @param clientLimit how long the client waits for an answer, or for the answer to a byte
     */
    record Plan(String transport, String check, Duration holdDown, Duration deadline, Duration clientLimit) {
        /** So long that the end of the fault saves no request that started before the deadline. */
        Duration faultLasts() {
            return deadline.plus(clientLimit).plusMillis(200);
        }
    }

    private Drill(Plan plan, Netlab lab, Path folder) {
        this.plan = plan;
        this.lab = lab;
        this.scene = DaemonScene.in(folder);
    }

    /** Starts backends and node and waits until all backends are healthy. */
    static Drill start(Plan plan, Netlab lab, Path folder) throws IOException, InterruptedException {
        var drill = new Drill(plan, lab, folder);
        try {
            drill.primary.addAll(drill.startBackends(Place.ZONE_A));
            drill.others.addAll(drill.startBackends(Place.ZONE_B));
            drill.others.add(drill.startNode());
            return drill;
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            drill.close();
            throw e;
        }
    }

    DrillResult run(DrillFault fault) throws IOException, InterruptedException {
        awaitHealthy();
        try (ManagedProcess client = startClient()) {
            awaitSteady(client);
            long faultNanos = System.nanoTime();
            inject(fault);
            long endNanos = faultNanos + plan.faultLasts().toNanos();
            client.awaitLine(exchange(e -> e.startedNanos() > endNanos && !e.servedByPrimary()), START_LIMIT);
            long recoveryNanos = System.nanoTime();
            recover(fault);
            client.awaitLine(exchange(e -> e.startedNanos() > recoveryNanos && e.servedByPrimary()), plan.holdDown().plus(START_LIMIT));

            long homeNanos = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            client.awaitLine(exchange(e -> e.startedNanos() > homeNanos), START_LIMIT);
            client.signal("TERM");
            client.awaitLine(line -> line.equals(DrillClient.DONE), plan.clientLimit().plus(START_LIMIT));
            return DrillResult.of(fault, client.output(), faultNanos, recoveryNanos);
        }
    }

    /** All requests of two seconds were served by the primary zone; a cold start on a busy host may have moved traffic away for a while. */
    private void awaitSteady(ManagedProcess client) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + plan.holdDown().plus(START_LIMIT).toNanos();
        long fromNanos = System.nanoTime();
        while (System.nanoTime() < deadlineNanos) {
            long beginNanos = fromNanos;
            client.awaitLine(exchange(e -> e.startedNanos() > beginNanos + STEADY.toNanos()), START_LIMIT);
            OptionalLong astray = client.output()
                .stream()
                .map(Exchange::parse)
                .filter(Objects::nonNull)
                .filter(e -> e.startedNanos() > beginNanos && !e.servedByPrimary())
                .mapToLong(Exchange::startedNanos)
                .max();
            if (astray.isEmpty()) {
                return;
            }
            fromNanos = astray.getAsLong();
        }
        throw new AssertionError("traffic did not come to rest in the primary zone; the last lines: "
                + client.output().reversed().stream().limit(20).toList());
    }

    private void inject(DrillFault fault) throws IOException, InterruptedException {
        switch (fault) {
            case KILLED -> {
                primary.forEach(backend -> ProcessHandle.of(backend.pid()).ifPresent(ProcessHandle::destroyForcibly));
                primary.forEach(ManagedProcess::kill);
            }
            case FROZEN -> signalPrimary("STOP");
            case BLACK_HOLE -> lab.blackhole(Place.ZONE_A);
            case SLOW -> turnPrimary(Mood.SLOW);
            case FAILING -> turnPrimary(Mood.FAILING);
        }
    }

    private void recover(DrillFault fault) throws IOException, InterruptedException {
        switch (fault) {
            case KILLED -> {
                primary.clear();
                primary.addAll(startBackends(Place.ZONE_A));
            }
            case FROZEN -> signalPrimary("CONT");
            case BLACK_HOLE -> lab.heal(Place.ZONE_A);
            case SLOW, FAILING -> turnPrimary(Mood.WELL);
        }
    }

    @Override
    public void close() {
        others.forEach(ManagedProcess::close);
        primary.forEach(ManagedProcess::close);
    }

    private void signalPrimary(String signal) throws InterruptedException {
        for (ManagedProcess backend : primary) {
            backend.signal(signal);
        }
    }

    private void turnPrimary(Mood mood) throws IOException {
        mood.writeTo(Mood.fileOf(Place.ZONE_A.text(), scene.folder()));
    }

    private List<ManagedProcess> startBackends(Place zone) throws IOException, InterruptedException {
        List<ManagedProcess> started = new ArrayList<>();
        for (int i = 0; i < BACKENDS_A_ZONE; i++) {
            started.add(DrillBackend.start(scene.folder(), lab.in(zone, List.of()), name(zone, i), zone.text(), zone.address(i),
                    BACKEND_PORT));
        }
        for (ManagedProcess backend : started) {
            backend.awaitLine(line -> line.equals("ready"), START_LIMIT);
        }
        return started;
    }

    private ManagedProcess startNode() throws InterruptedException {
        scene.write("node.yaml", """
                name: drill
                transport: %s
                admin: {socket: %s}
                state: %s
                """.formatted(plan.transport(), scene.socket(), scene.state()));
        Path config = scene.write("weir.yaml", configuration());
        ManagedProcess node = java(Place.NODE, List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"),
                DaemonProcess.class, scene.nodeFile().toString(), config.toString());
        DaemonProcess.awaitStart(node);
        return node;
    }

    private String configuration() {
        var backends = new StringBuilder();
        for (Place zone : List.of(Place.ZONE_A, Place.ZONE_B)) {
            for (int i = 0; i < BACKENDS_A_ZONE; i++) {
                backends.append("      %s: {address: \"%s:%d\", zone: %s}%n".formatted(name(zone, i), zone.address(i), BACKEND_PORT,
                        zone.text()));
            }
        }
        return """
                version: 1
                zones: {zone-a: {}, zone-b: {}}
                pools:
                  shop:
                    zones: {primary: [zone-a], backup: [zone-b]}
                    failover: {holdDown: %dms}
                    healthCheck: {%s}
                    backends:
                %slisteners:
                  web: {protocol: http, bind: "0.0.0.0:%d", pool: shop}
                  edge: {protocol: tcp, bind: "0.0.0.0:%d", pool: shop}
                """.formatted(plan.holdDown().toMillis(), plan.check(), backends, WEB_PORT, EDGE_PORT);
    }

    private ManagedProcess startClient() {
        return java(Place.CLIENT, List.of("-Xmx256m"), DrillClient.class, Place.NODE.address(0), Integer.toString(WEB_PORT),
                Integer.toString(EDGE_PORT), Integer.toString(REQUESTS_A_SECOND), Integer.toString(CONNECTIONS),
                Long.toString(plan.clientLimit().toMillis()));
    }

    private ManagedProcess java(Place place, List<String> flags, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-Xshare:auto", "-Dweir.log=INFO"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return ManagedProcess.start(lab.in(place, command), scene.folder(), Map.of());
    }

    private void awaitHealthy() {
        await().atMost(START_LIMIT).until(() -> {
            var rows = scene.api().get("/v1/backends").json();
            return rows.size() == 2 * BACKENDS_A_ZONE
                    && rows.valueStream().allMatch(row -> row.path("state").asString().equals("healthy"));
        });
    }

    /** {@code a-0}: the primary zone's begin with a. */
    private static String name(Place zone, int number) {
        return zone.text().substring("zone-".length()) + "-" + number;
    }

    private static Predicate<String> exchange(Predicate<Exchange> wanted) {
        return line -> Optional.ofNullable(Exchange.parse(line)).filter(wanted).isPresent();
    }
}
