package io.weir.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A lab of {@code deploy/netlab}, with a name of its own, that is gone when the test is. Any thread may call it. */
final class Netlab implements AutoCloseable {
    /** Surefire starts in the module's folder. */
    private static final Path SCRIPT = Path.of("../deploy/netlab/netlab").toAbsolutePath().normalize();

    private final String name;
    private final Thread removeAtExit = new Thread(this::remove, "netlab-down");

    private Netlab(String name) {
        this.name = name;
    }

    /** Where processes run. */
    enum Place {
        CLIENT("client", 1), NODE("node", 2), ZONE_A("zone-a", 3), ZONE_B("zone-b", 4);

        private final String text;
        private final int network;

        Place(String text, int network) {
            this.text = text;
            this.network = network;
        }

        String text() {
            return text;
        }

        /** One of ten; {@code number} is 0..9. */
        String address(int number) {
            return "10.77." + network + ".1" + number;
        }
    }

    /** Why this host cannot have a lab, in a line; empty if it can. */
    static Optional<String> unavailable() {
        Result result = call("weir", "check");
        return result.exit() == 0 ? Optional.empty() : Optional.of(result.output().strip());
    }

    static Netlab up() {
        var lab = new Netlab("drill" + ProcessHandle.current().pid());
        Runtime.getRuntime().addShutdownHook(lab.removeAtExit);
        lab.say("up");
        return lab;
    }

    /** What makes {@code command} one that runs in {@code place}. */
    List<String> in(Place place, List<String> command) {
        List<String> whole = new ArrayList<>(List.of("env", "NETLAB=" + name, SCRIPT.toString(), "run", place.text()));
        whole.addAll(command);
        return whole;
    }

    /** Drops every packet to and from a place, from now on. */
    void blackhole(Place place) {
        say("blackhole", place.text());
    }

    void heal(Place place) {
        say("heal", place.text());
    }

    /** Lets what a place sends to the client go through the node, and 10.77.9.0/24 lead there. */
    void gateway(Place place) {
        say("gateway", place.text());
    }

    @Override
    public void close() {
        remove();
        Runtime.getRuntime().removeShutdownHook(removeAtExit);
    }

    private void remove() {
        say("down");
    }

    private void say(String... arguments) {
        Result result = call(name, arguments);
        if (result.exit() != 0) {
            throw new IllegalStateException("netlab " + String.join(" ", arguments) + ": " + result.output());
        }
    }

    private record Result(int exit, String output) {}

    private static Result call(String name, String... arguments) {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of("NETLAB", name));
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
