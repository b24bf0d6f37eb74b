package io.weir.core.config;

import io.weir.core.model.AccessList;
import io.weir.core.model.Cidr;
import io.weir.core.model.ListenerLimits;
import io.weir.core.model.PerSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The keys of who may come in and how many: access lists, and the limits that listeners of every protocol have. */
final class LimitKeys {
    static final Shape<Cidr> NETWORK = Scalars.parsed("ADDRESS or ADDRESS/BITS without bits beyond the prefix", Cidr::parse);

    static final Key<AccessList.Mode> MODE = Key.required("mode", Scalars.lowerCase(AccessList.Mode.values()),
            "allow: who is on it may come in, nobody else; deny: who is on it may not.");
    static final Key<List<Cidr>> ENTRIES = Key.required("entries", new SequenceShape<>(NETWORK, 0),
            "Networks and addresses, IPv4 and IPv6.");
    static final MappingShape<AccessList> ACCESS_LIST_FORM = MappingShape.of(List.of(MODE, ENTRIES),
            fields -> new AccessList(fields.name(), fields.get(MODE), fields.get(ENTRIES)));
    static final Key<List<String>> ACCESS_LIST = Key.otherwise("accessList",
            new OneOrMore<>(Scalars.reference("accessLists", "access list")), List.of(),
            "One list or several: a client must be on none that denies and, where some allow, on one of these.");

    static final Key<Integer> MAX_CONNECTIONS = Key.optional("maxConnections", Scalars.whole(1, Integer.MAX_VALUE),
            "Client connections at once; absent: no cap but that of file descriptors.");
    static final Key<Integer> RESUME_AT = Key.optional("resumeAt", Scalars.whole(0, Integer.MAX_VALUE - 1),
            "Once full, no client is taken until so few connections are left; absent: until one has ended.");
    static final Key<Integer> CONNECTIONS_PER_SECOND = Key.optional("connectionsPerSecond",
            Scalars.whole(1, ListenerLimits.MAX_CONNECTIONS_PER_SECOND), "New connections on average; a second's worth may come at once.");
    static final Key<Integer> SOURCE_CONNECTIONS = Key.required("maxConnections", Scalars.whole(1, PerSource.MAX_CONNECTIONS),
            "Connections at once from one IPv4 address, or one IPv6 network of 64 bits.");
    static final Key<Integer> SOURCE_RESUME_AT = Key.optional("resumeAt", Scalars.whole(0, PerSource.MAX_CONNECTIONS - 1),
            "Once it has so many, the client gets none until so few are left; absent: until one has ended.");
    static final MappingShape<PerSource> PER_SOURCE_FORM = new MappingShape<>(List.of(SOURCE_CONNECTIONS, SOURCE_RESUME_AT),
            fields -> checkResume(fields, SOURCE_CONNECTIONS, SOURCE_RESUME_AT),
            fields -> fields.given(SOURCE_RESUME_AT)
                .map(resumeAt -> new PerSource(fields.get(SOURCE_CONNECTIONS), resumeAt))
                .orElseGet(() -> new PerSource(fields.get(SOURCE_CONNECTIONS))));
    static final Key<PerSource> PER_SOURCE = Key.optional("perSource", PER_SOURCE_FORM, "What one client may have.");
    static final Key<String> SCOPE = Key.otherwise("scope", Scalars.word("node", "cluster"), "node", "What the limits count: this node.");

    static final Key<Long> BANDWIDTH = Key.optional("bandwidth",
            Scalars.bandwidth(ListenerLimits.MIN_BANDWIDTH, ListenerLimits.MAX_BANDWIDTH),
            "What all connections together move in each direction.");

    /** Of datagrams, too, whose flows are connections here. */
    static final List<Key<?>> COMMON = List.of(MAX_CONNECTIONS, RESUME_AT, CONNECTIONS_PER_SECOND, PER_SOURCE, SCOPE, BANDWIDTH);

    private LimitKeys() {}

    static void check(Fields fields) {
        checkResume(fields, MAX_CONNECTIONS, RESUME_AT);
    }

    /** A cap resumes below itself. */
    static void checkResume(Fields fields, Key<Integer> cap, Key<Integer> resume) {
        if (fields.given(resume).isPresent() && !fields.has(cap)) {
            fields.problem(resume, "no " + cap.name(), cap.name() + " beside it");
        }
        fields.given(resume)
            .ifPresent(at -> fields.given(cap)
                .filter(most -> at >= most)
                .ifPresent(most -> fields.problem(resume,
                        String.valueOf(at), "less than " + cap.name() + ", " + most)));
    }

    static ListenerLimits limits(Fields fields) {
        return new ListenerLimits(number(fields, MAX_CONNECTIONS), number(fields, RESUME_AT), number(fields, CONNECTIONS_PER_SECOND),
                fields.given(PER_SOURCE), fields.given(BANDWIDTH).map(OptionalLong::of).orElse(OptionalLong.empty()));
    }

    static OptionalInt number(Fields fields, Key<Integer> key) {
        return fields.given(key).map(OptionalInt::of).orElse(OptionalInt.empty());
    }
}
