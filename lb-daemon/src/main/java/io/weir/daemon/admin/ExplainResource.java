package io.weir.daemon.admin;

import io.weir.core.health.BackendKey;
import io.weir.core.snapshot.ListenerView;
import io.weir.daemon.control.BackendTraffic;
import io.weir.daemon.control.DoorStatus;
import io.weir.daemon.explain.Asked;
import io.weir.daemon.explain.Explainer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why traffic goes where it goes. On the virtual threads of requests. */
final class ExplainResource {
    private static final Pattern CLIENT = Pattern
        .compile("\\[(?<six>[^]]+)](:(?<sixPort>[0-9]{1,5}))?|(?<four>[0-9.]+)(:(?<port>[0-9]{1,5}))?");
    private static final int MAX_PORT = 65_535;

    private final Managed managed;

    ExplainResource(Managed managed) {
        this.managed = managed;
    }

    List<Endpoint> endpoints() {
        return List.of(Endpoint
            .get("/v1/explain/{listener}", "Where a client's connection or request would go now, and why nowhere else; nothing is sent.",
                    this::explain)
            .with(new Endpoint.Parameter("client", "IP or IP:PORT; an IPv6 address with a port in brackets"),
                    new Endpoint.Parameter("to", "IP:PORT that the client connects to, where the listener has several"),
                    new Endpoint.Parameter("host", "of a request"), new Endpoint.Parameter("path", "of a request"),
                    new Endpoint.Parameter("header", "NAME: VALUE of a request")));
    }

    private Response explain(Request request) {
        String name = request.name("listener");
        ListenerView view = managed.publisher().current().listener(name).orElseThrow(() -> RequestRefused.noSuch("listener", name));
        Map<BackendKey, BackendTraffic> traffic = managed.traffic().get();
        var explainer = new Explainer(managed.process().node().zone(),
                key -> traffic.getOrDefault(key, BackendTraffic.NONE).connections());
        return Response.json(explainer.explain(view, asked(request, view)));
    }

    private Asked asked(Request request, ListenerView view) {
        InetSocketAddress client = request.parameter("client")
            .map(text -> address("client", text))
            .orElseThrow(() -> RequestRefused.malformed("parameter client is missing, want IP or IP:PORT"));
        Optional<InetSocketAddress> to = request.parameter("to")
            .map(text -> address("to", text))
            .or(() -> Optional.ofNullable(managed.control().doors().get(view.name())).flatMap(DoorStatus::address));
        boolean requests = request.parameter("host").isPresent() || request.parameter("path").isPresent()
                || request.query().containsKey("header");
        boolean onlyName = view instanceof ListenerView.Tls && request.parameter("path").isEmpty()
                && !request.query().containsKey("header");
        if (requests && !onlyName && !(view instanceof ListenerView.Http)) {
            throw RequestRefused.of(409, "listener '" + view.name() + "' is " + view.listener().protocol()
                    + " and sees no requests; leave host, path and header out");
        }
        return new Asked(client.getAddress(), client.getPort() == 0 ? OptionalInt.empty() : OptionalInt.of(client.getPort()), to,
                host(request), request.parameter("path").orElse("/"));
    }

    /** Of the fields of a request only Host leads anywhere. */
    private static String host(Request request) {
        Optional<String> host = request.parameter("host");
        for (String field : request.query().getOrDefault("header", List.of())) {
            int colon = field.indexOf(':');
            if (colon < 1) {
                throw RequestRefused.malformed("parameter header is '" + field + "', want NAME: VALUE");
            }
            if (!field.substring(0, colon).strip().equalsIgnoreCase("host") || host.isPresent()) {
                throw RequestRefused.malformed("header '" + field + "' decides nothing: routes go by host and path");
            }
            host = Optional.of(field.substring(colon + 1).strip());
        }
        return host.orElse("");
    }

    private static InetSocketAddress address(String parameter, String text) {
        Matcher matcher = CLIENT.matcher(text);
        try {
            if (matcher.matches()) {
                boolean six = matcher.group("six") != null;
                String port = six ? matcher.group("sixPort") : matcher.group("port");
                int number = port == null ? 0 : Integer.parseInt(port);
                if (number <= MAX_PORT) {
                    return new InetSocketAddress(InetAddress.ofLiteral(six ? matcher.group("six") : matcher.group("four")), number);
                }
            } else {
                return new InetSocketAddress(InetAddress.ofLiteral(text), 0);
            }
        } catch (IllegalArgumentException _) {
            // answered below with all else that is no address
        }
        throw RequestRefused.malformed("parameter " + parameter + " is '" + text + "', want IP, IP:PORT or [IPV6]:PORT");
    }
}
