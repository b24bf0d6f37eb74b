package io.weir.daemon.explain;

import io.weir.core.balance.FlowHash;
import io.weir.core.balance.PickState;
import io.weir.core.health.BackendKey;
import io.weir.core.limit.Cap;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Algorithm.HashKey;
import io.weir.core.model.Sorry;
import io.weir.core.route.RouteTable;
import io.weir.core.snapshot.Candidates;
import io.weir.core.snapshot.ListenerView;
import io.weir.core.snapshot.Member;
import io.weir.core.snapshot.PoolView;
import io.weir.core.zone.Mode;
import io.weir.daemon.explain.Explanation.Pick;
import io.weir.daemon.explain.Explanation.PoolStation;
import io.weir.daemon.explain.Explanation.Rule;
import io.weir.daemon.explain.Explanation.Stay;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Follows one connection or request through a snapshot without sending any: the same tables and shares that traffic is decided by. Where the answer depends
 * on what each event loop did last, it says who may be picked and how often. Pure.
 *
 * @param nodeZone where this node stands
 * @param connections open to a backend through this node
 */
public record Explainer(Optional<String> nodeZone, ToIntFunction<BackendKey> connections) {
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    private record Ruled(Rule rule, Optional<PoolView> pool) {}

    /** What becomes of {@code asked} at the listener. */
    public Explanation explain(ListenerView listener, Asked asked) {
        Ruled ruled = rule(listener, asked);
        List<String> notes = new ArrayList<>(notes(listener, asked));
        List<PoolView> pools = ruled.pool().stream().flatMap(pool -> Stream.of(pool, pool.serving()).distinct()).toList();
        List<PoolStation> stations = new ArrayList<>();
        Pick pick = nowhere(listener);
        for (PoolView pool : pools) {
            OptionalLong hash = hash(pool, asked);
            if (pool.usesHash() && hash.isEmpty()) {
                notes.add("pool " + pool.name() + (pool.hashesQuicIds() ? " hashes the connection id of a datagram, which no address tells"
                        : " hashes client and listener address and port: which backend it is takes all of them"));
            }
            Optional<Affinities.Found> found = Affinities.of(pool, asked.client());
            stations.add(station(pool, hash, found.map(Affinities.Found::stay)));
            pick = found.flatMap(Affinities.Found::member)
                .map(member -> picked(member, "its source stays at it"))
                .orElseGet(() -> pick(pool, hash));
        }
        return new Explanation(listener.name(), listener.listener().protocol(), ruled.rule(), stations, pick, notes);
    }

    private static Pick nowhere(ListenerView listener) {
        return listener instanceof ListenerView.Http
                ? new Pick(Optional.empty(), Optional.of(NOT_FOUND), "no pool takes it: Weir answers itself")
                : new Pick(Optional.empty(), Optional.empty(), "no pool takes it: the connection is reset");
    }

    private static List<String> notes(ListenerView view, Asked asked) {
        List<String> notes = new ArrayList<>();
        if (!view.listener().enabled()) {
            notes.add("the listener is disabled: its port is closed");
        }
        if (!view.admission().access().admit(asked.client())) {
            notes.add("an access list of the listener keeps this client out");
        }
        Cap connections = view.admission().connections();
        if (connections.open() >= connections.limit()) {
            notes.add("the listener has all of its " + connections.limit() + " connections: more are refused");
        }
        return notes;
    }

    private static Ruled rule(ListenerView listener, Asked asked) {
        return switch (listener) {
            case ListenerView.Tcp tcp -> new Ruled(
                    new Rule(Optional.empty(), Optional.of(tcp.pool().name()), "the pool of the listener"), Optional.of(tcp.pool()));
            case ListenerView.Udp udp -> new Ruled(
                    new Rule(Optional.empty(), Optional.of(udp.pool().name()), "the pool of the listener"), Optional.of(udp.pool()));
            case ListenerView.Tls tls -> rule(tls, asked);
            case ListenerView.Http http -> rule(http, asked);
        };
    }

    /** The host that was asked for stands for the server name. */
    private static Ruled rule(ListenerView.Tls tls, Asked asked) {
        String name = asked.hostName().toLowerCase(Locale.ROOT);
        Integer route = name.isEmpty() ? null : tls.routes().find(name);
        if (route != null) {
            PoolView pool = tls.poolByRoute().get(route);
            return new Ruled(new Rule(Optional.empty(), Optional.of(pool.name()), "the entry of sni for server name " + name),
                    Optional.of(pool));
        }
        String none = name.isEmpty() ? "without a server name" : "no entry of sni for server name " + name;
        String why = none + (tls.fallback().isPresent() ? ": the pool of the listener" : ", and the listener has no pool");
        return new Ruled(new Rule(Optional.empty(), tls.fallback().map(PoolView::name), why), tls.fallback());
    }

    private static Ruled rule(ListenerView.Http http, Asked asked) {
        byte[] host = asked.hostName().getBytes(StandardCharsets.ISO_8859_1);
        byte[] head = (asked.hostName() + asked.plainPath()).getBytes(StandardCharsets.ISO_8859_1);
        int index = http.routes().match(head, 0, host.length, host.length, head.length - host.length);
        if (index != RouteTable.NONE) {
            PoolView pool = http.poolByRoute().get(index);
            String why = "route " + (index + 1) + " of " + http.routes().size() + ", the first whose host and path match";
            return new Ruled(new Rule(Optional.of(http.routes().route(index).name()), Optional.of(pool.name()), why), Optional.of(pool));
        }
        String none = http.routes().size() == 0 ? "the listener has no routes" : "none of " + http.routes().size() + " routes matches";
        String why = none + (http.fallback().isPresent() ? ": the pool of the listener" : ", and the listener has no pool");
        return new Ruled(new Rule(Optional.empty(), http.fallback().map(PoolView::name), why), http.fallback());
    }

    private static OptionalLong hash(PoolView pool, Asked asked) {
        if (!(pool.pool().algorithm() instanceof Algorithm.Maglev(HashKey key, var _, var _))) {
            return OptionalLong.empty();
        }
        byte[] client = asked.client().getAddress();
        return switch (key) {
            case SOURCE -> OptionalLong.of(FlowHash.source(client));
            case TUPLE -> {
                Optional<InetSocketAddress> to = asked.to().filter(address -> !address.getAddress().isAnyLocalAddress());
                yield asked.port().isEmpty() || to.isEmpty() ? OptionalLong.empty()
                        : OptionalLong.of(FlowHash.tuple(client, asked.port().getAsInt(), to.get().getAddress().getAddress(),
                                to.get().getPort()));
            }
            case QUIC_ID -> OptionalLong.empty();
        };
    }

    private PoolStation station(PoolView pool, OptionalLong hash, Optional<Stay> affinity) {
        return new PoolStation(pool.name(), pool.mode().text(), pool.modeCause(), pool.activeTier().text(), pool.tier().reason().text(),
                pool.tier().since(), pool.tier().returnsAt(), pool.quorum(), pool.quorumWeight(), pool.pool().quorum().minimumWeight(),
                pool.pool().zones().locality().text(), nodeZone, pool.pool().algorithm().text(), how(pool.pool().algorithm()), affinity,
                hash.isPresent() ? Optional.of(Long.toHexString(hash.getAsLong())) : Optional.empty(),
                new Members(pool, hash, connections).rows());
    }

    private static String how(Algorithm algorithm) {
        return switch (algorithm) {
            case Algorithm.Plain plain -> switch (plain) {
                case ROUND_ROBIN -> "candidates take turns on each event loop, from a random start";
                case WEIGHTED_ROUND_ROBIN -> "candidates take turns by effective weight on each event loop, from a random start";
                case WEIGHTED_LEAST_CONNECTIONS, SHORTEST_EXPECTED_DELAY ->
                    "the event loop takes the least (its connections + 1) / effective weight";
                case LEAST_CONNECTIONS -> "the event loop takes the one with the fewest of its connections";
                case NEVER_QUEUE ->
                    "the event loop takes one that is idle, the heaviest first, else the least (its connections + 1) / effective weight";
                case FAILOVER -> "the heaviest by effective weight takes everything, and the next one what it cannot take";
                case OVERFLOW -> "the heaviest that has fewer connections than its effective weight";
                case LEAST_REQUESTS -> "the event loop draws two by effective weight and takes the one with less in flight for its weight";
                case PEAK_EWMA -> "the event loop draws two by effective weight and takes the one whose answers cost less lately";
                case RANDOM -> "drawn at random by effective weight";
            };
            case Algorithm.Maglev(HashKey key, var _, var _) -> switch (key) {
                case SOURCE -> "consistent hash of the client's address";
                case TUPLE -> "consistent hash of client and listener address and port";
                case QUIC_ID -> "consistent hash of the QUIC connection id, until a backend has given the connection another";
            };
        };
    }

    private Pick pick(PoolView pool, OptionalLong hash) {
        if (pool.groups().isEmpty()) {
            return nobody(pool);
        }
        List<Candidates> beginnings = hash.isPresent() ? List.of(pool.groups().get(pool.groupOf(hash.getAsLong())))
                : pool.groups().stream().filter(group -> group.share() > 0).toList();
        List<Member> candidates = beginnings.stream().flatMap(group -> group.members().stream()).toList();
        if (candidates.size() == 1) {
            return picked(candidates.getFirst(), "the only candidate");
        }
        if (hash.isPresent() && beginnings.getFirst().balancer().usesHash()) {
            var unmoved = new PickState(new SplittableRandom(0));
            int candidate = beginnings.getFirst().balancer().pick(unmoved, hash.getAsLong(), 0);
            return picked(candidates.get(candidate), "the hash picks it of " + candidates.size() + " candidates");
        }
        return new Pick(Optional.empty(), Optional.empty(), "one of " + candidates.size() + " candidates, each by its share");
    }

    private Pick picked(Member member, String why) {
        boolean full = Members.full(member, connections.applyAsInt(member.key()));
        return new Pick(Optional.of(member.backend().name()), Optional.empty(),
                why + (full ? "; it is at its maxConnections, so the others are tried from a random start" : ""));
    }

    private static Pick nobody(PoolView pool) {
        return switch (pool.pool().sorry()) {
            case Sorry.Page(int status, var _, var _) when pool.mode() == Mode.SORRY ->
                new Pick(Optional.empty(), Optional.of(status), "the pool's sorry answer over HTTP; other connections are closed");
            case Sorry.None(),Sorry.Page _,Sorry.Redirected _ ->
                new Pick(Optional.empty(), Optional.of(UNAVAILABLE), "nobody may be picked; other connections than HTTP are closed");
        };
    }
}
