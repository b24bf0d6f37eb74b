package io.weir.cli.demo;

import io.weir.cli.output.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What the demonstration says of itself once it is ready. Any thread may use it. */
public record DemoReport(DemoListeners listeners, Path socket, List<BackendProcess> backends) {
    private static final List<String> POOLS = List.of("shop", "failover-demo");

    public DemoReport {
        backends = List.copyOf(backends);
    }

    /** For programs: where everything is, and every pool entry with the process behind it. */
    public String json() {
        ObjectNode report = Json.object().put("http", listeners.web()).put("tcp", listeners.edge()).put("dashboard", listeners.dashboard());
        report.put("socket", socket.toString()).put("pool", POOLS.getFirst());
        for (String pool : POOLS) {
            backends.forEach(backend -> report.withArray("backends").add(entry(pool, backend)));
        }
        return Json.oneLine(report);
    }

    /** For people: where everything is and what to try; {@code weir} is how they call this command. */
    public List<String> lines(String weir) {
        var lines = new ArrayList<String>(List.of("", "The demo is up. Its processes: daemon " + ProcessHandle.current().pid()));
        backends.forEach(backend -> lines.add("  backend %s  %s  %s  pid %d".formatted(backend.name(), backend.zone(), backend.address(),
                backend.pid())));
        String first = Long.toString(backends.getFirst().pid());
        lines.addAll(List.of("", "  web        http://" + listeners.web() + "   HTTP to pool shop; /failover to pool failover-demo",
                "  edge       " + listeners.edge() + "          TCP, then HTTP on web-internal, with your address carried",
                "  dashboard  " + listeners.dashboard(), "", "Try, in another terminal:",
                "  export WEIR_SOCKET=" + socket, "  curl -si http://" + listeners.web() + "/ | grep X-Backend     # all four take turns",
                "  curl -s http://" + listeners.edge() + "/                        # through layer 4, then layer 7",
                "  curl -si http://" + listeners.web() + "/failover                # zone-a, until it is gone",
                "  " + weir + " status --watch",
                "  kill -9 " + first + "; " + weir + " backend list                # ejected, and nobody notices",
                "  " + weir + " backend drain shop b-1; " + weir + " backend enable shop b-1",
                "  " + weir + " backend set shop b-2 --weight 10", "  " + weir + " events --follow", "",
                "Ctrl-C ends it, and everything with it."));
        return lines;
    }

    /** How to bring back a backend that was killed. */
    static String restart(String weir, BackendProcess backend) {
        return weir + " demo-backend " + backend.name() + " --port " + backend.port() + " --demo " + ProcessHandle.current().pid();
    }

    private static ObjectNode entry(String pool, BackendProcess backend) {
        return Json.object()
            .put("name", backend.name())
            .put("pool", pool)
            .put("zone", backend.zone())
            .put("address", backend.address())
            .put("pid", backend.pid());
    }
}
