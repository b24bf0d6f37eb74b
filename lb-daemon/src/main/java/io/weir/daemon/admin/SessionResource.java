package io.weir.daemon.admin;

import io.netty.util.NetUtil;
import io.weir.core.balance.LoopBackend;
import io.weir.core.config.Units;
import io.weir.core.health.BackendKey;
import io.weir.core.model.Cidr;
import io.weir.daemon.control.Addresses;
import io.weir.net.session.LiveConnection;
import io.weir.net.session.SessionFilter;
import io.weir.net.session.SessionInfo;
import io.weir.net.session.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The live connections: shown, counted and ended. On the virtual threads of requests. */
final class SessionResource {
    private static final int DEFAULT_LIMIT = 1000;
    private static final int MOST = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String NOWHERE = "-";

    static final Endpoint.Parameter LIMIT = new Endpoint.Parameter("limit", "so many at most, 1.." + MOST + ", default " + DEFAULT_LIMIT);
    private static final Endpoint.Parameter[] FILTER = {
        new Endpoint.Parameter("listener", "only those that came through it"),
        new Endpoint.Parameter("pool", "only those that go to a backend of it"),
        new Endpoint.Parameter("backend", "only those that go to a backend of this name"),
        new Endpoint.Parameter("client", "only those of this address or network"),
        new Endpoint.Parameter("olderThan", "only those that were accepted longer ago, such as 5m")};

    private static final Map<String, Function<LiveConnection, String>> GROUPS = Map.of("listener", LiveConnection::listener,
            "pool", connection -> backend(connection).map(BackendKey::pool).orElse(NOWHERE),
            "backend", connection -> backend(connection).map(BackendKey::toString).orElse(NOWHERE),
            "client", connection -> NetUtil.toAddressString(connection.client().getAddress()));

    private final List<Sessions> planes;

    SessionResource(List<Sessions> planes) {
        this.planes = planes;
    }

    /** A connection as lists show it; {@code ageSeconds} since it was accepted. */
    record Row(String listener, String client, Optional<String> pool, Optional<String> backend, Optional<String> address, double ageSeconds,
            long bytesIn, long bytesOut) {
        static Row of(SessionInfo info) {
            return new Row(info.listener(), Addresses.text(info.client()), info.backend().map(BackendKey::pool),
                    info.backend().map(BackendKey::backend), info.address().map(Addresses::text), info.age().toMillis() / 1000.0,
                    info.bytesToBackend(), info.bytesToClient());
        }
    }

    /** How many connections one listener, pool, backend or client has. */
    record Count(String name, long sessions) {}

    /** How many connections were ended. */
    record Kicked(int kicked) {}

    List<Endpoint> endpoints() {
        String all = "/v1/sessions";
        return List.of(
                Endpoint.get(all, "Live connections of clients, the newest first.", this::list)
                    .with(FILTER)
                    .with(LIMIT),
                Endpoint.get(all + "/count", "How many live connections there are, those with the most first.", this::count)
                    .with(FILTER)
                    .with(new Endpoint.Parameter("by", "listener (the default), pool, backend or client"),
                            new Endpoint.Parameter("limit", "so many rows at most, 1.." + MOST + ", default " + DEFAULT_LIMIT)),
                Endpoint.action("DELETE", all, "Ends live connections with a reset.", this::kick)
                    .with(FILTER)
                    .with(new Endpoint.Parameter("all", "true: every one, if nothing else says which")));
    }

    private Response list(Request request) throws InterruptedException {
        SessionFilter filter = filter(request);
        int limit = limit(request);
        return Response.json(ofAll(sessions -> sessions.list(filter, limit)).stream()
            .flatMap(List::stream)
            .sorted(SessionInfo.NEWEST_FIRST)
            .limit(limit)
            .map(Row::of)
            .toList());
    }

    private Response count(Request request) throws InterruptedException {
        String by = request.parameter("by").orElse("listener");
        Function<LiveConnection, String> group = GROUPS.get(by);
        if (group == null) {
            throw RequestRefused.malformed("parameter by is '" + by + "', want listener, pool, backend or client");
        }
        SessionFilter filter = filter(request);
        Map<String, Long> counts = ofAll(sessions -> sessions.count(filter, group)).stream()
            .flatMap(ofPlane -> ofPlane.entrySet().stream())
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Long::sum));
        return Response.json(counts.entrySet()
            .stream()
            .map(entry -> new Count(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparingLong(Count::sessions).reversed().thenComparing(Count::name))
            .limit(limit(request))
            .toList());
    }

    private Response kick(Request request) throws InterruptedException {
        SessionFilter filter = filter(request);
        if (filter.equals(SessionFilter.ALL) && !request.flag("all")) {
            throw RequestRefused.malformed("nothing says which sessions; give a filter, or all=true");
        }
        return Response.json(new Kicked(ofAll(sessions -> sessions.kick(filter)).stream().mapToInt(Integer::intValue).sum()));
    }

    private static SessionFilter filter(Request request) {
        return new SessionFilter(request.parameter("listener"), request.parameter("pool"), request.parameter("backend"),
                request.parameter("client").map(SessionResource::network), request.parameter("olderThan").map(SessionResource::duration));
    }

    static Cidr network(String text) {
        try {
            return Cidr.parse(text);
        } catch (IllegalArgumentException e) {
            throw RequestRefused.malformed("parameter client is " + e.getMessage(), e);
        }
    }

    private static Duration duration(String text) {
        return Units.duration(text)
            .orElseThrow(() -> RequestRefused.malformed("parameter olderThan is '" + text + "', want a duration such as 5m"));
    }

    static int limit(Request request) {
        String text = request.parameter("limit").orElse(String.valueOf(DEFAULT_LIMIT));
        if (!text.matches("[1-9][0-9]{0,4}") || Integer.parseInt(text) > MOST) {
            throw RequestRefused.malformed("parameter limit is '" + text + "', want 1.." + MOST);
        }
        return Integer.parseInt(text);
    }

    private static Optional<BackendKey> backend(LiveConnection connection) {
        return Optional.ofNullable(connection.backend()).map(LoopBackend::key);
    }

    /** What each plane answers; all are asked at once. */
    private <T> List<T> ofAll(Function<Sessions, CompletableFuture<T>> question) throws InterruptedException {
        List<T> answers = new ArrayList<>();
        for (CompletableFuture<T> answer : planes.stream().map(question).toList()) {
            answers.add(done(answer));
        }
        return answers;
    }

    private static <T> T done(CompletableFuture<T> answer) throws InterruptedException {
        try {
            return answer.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw RequestRefused.of(503, "an event loop did not answer within " + PATIENCE.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a loop failed to look at its sessions", e);
        }
    }
}
