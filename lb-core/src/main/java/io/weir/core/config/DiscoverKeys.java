package io.weir.core.config;

import io.weir.core.model.Discovery;
import io.weir.core.model.Discovery.Dns;
import io.weir.core.model.Weight;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The keys of a pool's {@code discover}: one of {@code dns}, {@code file} and {@code registered}, with what belongs to it. */
final class DiscoverKeys {
    private static final int MAX_PORT = 65_535;

    static final Key<String> DNS = Key.optional("dns", Scalars.parsed("a domain name", Dns::checkName),
            "Members from the DNS: the name that is asked for, whole as it is.");
    static final Key<Dns.Type> TYPE = Key.optional("type",
            Scalars.choice(
                    Scalars.words(new Dns.Type[] {Dns.Type.A, Dns.Type.AAAA, Dns.Type.SRV}, type -> type.name().toLowerCase(Locale.ROOT)),
                    List.of()),
            "With dns, the records; absent: srv for a name that starts with _, else a and aaaa.");
    static final Key<Integer> PORT = Key.optional("port", Scalars.whole(1, MAX_PORT),
            "With dns, the members' port; not with srv, whose records have ports.");
    static final Key<InetSocketAddress> SERVER = Key.optional("server", Scalars.peer(),
            "With dns, the name server; absent: those of the host.");
    static final Key<String> ZONE = Key.optional("zone", Scalars.reference("zones", "zone"),
            "With dns, the zone that the members stand in.");
    static final Key<Integer> WEIGHT = Key.optional("weight", Scalars.whole(0, Weight.MAX_UNITS),
            "With dns, each member's weight; with srv, that of the heaviest record. Absent: 100.");
    static final Key<Path> FILE = Key.optional("file", NodeKeys.ABSOLUTE, "Members from a file: its path.");
    static final Key<Duration> INTERVAL = Key.optional("interval", Scalars.duration(Dns.MIN_INTERVAL, Dns.MAX_INTERVAL),
            "With dns, the shortest time from one question to the next, absent: 5s; with file, from one look to the next, absent: 1s.");

    static final Key<Duration> TTL = Key.otherwise("ttl",
            Scalars.duration(Discovery.Registered.MIN_TTL, Discovery.Registered.MAX_TTL), Discovery.Registered.DEFAULT_TTL,
            "How long a member stays without a heartbeat, unless it says so itself.");
    static final MappingShape<Discovery> REGISTERED_FORM = MappingShape.of(List.of(TTL),
            fields -> new Discovery.Registered(fields.get(TTL)));
    static final Key<Discovery> REGISTERED = Key.optional("registered", REGISTERED_FORM, "Members that register themselves.");

    static final MappingShape<Discovery> SHAPE = new MappingShape<>(
            MappingShape.keys(List.of(DNS, TYPE, PORT, SERVER, ZONE, WEIGHT, FILE, INTERVAL, REGISTERED), Key.later("nodes")),
            DiscoverKeys::check, DiscoverKeys::discovery);

    private DiscoverKeys() {}

    private static void check(Fields fields) {
        List<Key<?>> sources = Stream.<Key<?>>of(DNS, FILE, REGISTERED).filter(fields::has).toList();
        if (sources.isEmpty()) {
            fields.problem(DNS, "nothing", "dns, file or registered");
        } else if (sources.size() > 1) {
            fields.problem(sources.getLast(), sources.getFirst().name() + " and " + sources.getLast().name(), "one of them");
        } else if (sources.size() == 1) {
            refuseStrangers(fields, sources.getFirst());
            checkPort(fields);
        }
    }

    private static void refuseStrangers(Fields fields, Key<?> source) {
        Map<Key<?>, List<Key<?>>> sourcesByKey = Map.of(TYPE, List.of(DNS), PORT, List.of(DNS), SERVER, List.of(DNS), ZONE, List.of(DNS),
                WEIGHT,
                List.of(DNS), INTERVAL, List.of(DNS, FILE));
        sourcesByKey.forEach((key, sources) -> {
            if (fields.has(key) && !sources.contains(source)) {
                fields.problem(key, "it with " + source.name(),
                        "it only with " + Scalars.alternatives(sources.stream().map(Key::name).toList()));
            }
        });
    }

    private static void checkPort(Fields fields) {
        if (fields.given(DNS).isEmpty()) {
            return;
        }
        boolean srv = type(fields) == Dns.Type.SRV;
        if (srv && fields.has(PORT)) {
            fields.problem(PORT, "a port with srv", "no port: the records have them");
        } else if (!srv && !fields.has(PORT)) {
            fields.problem(PORT, "nothing", PORT.shape().wanted());
        }
    }

    private static Dns.Type type(Fields fields) {
        boolean service = fields.given(DNS).filter(name -> name.startsWith("_")).isPresent();
        return fields.given(TYPE).orElse(service ? Dns.Type.SRV : Dns.Type.ADDRESSES);
    }

    private static Discovery discovery(Fields fields) {
        if (fields.has(REGISTERED)) {
            return fields.get(REGISTERED);
        }
        if (fields.has(FILE)) {
            return new Discovery.File(fields.get(FILE), fields.given(INTERVAL).orElse(Discovery.File.DEFAULT_INTERVAL));
        }
        return new Dns(fields.get(DNS), type(fields), fields.given(PORT).map(OptionalInt::of).orElse(OptionalInt.empty()),
                fields.given(SERVER),
                fields.given(INTERVAL).orElse(Dns.DEFAULT_INTERVAL), fields.given(ZONE),
                fields.given(WEIGHT).map(Weight::new).orElse(Weight.DEFAULT));
    }
}
