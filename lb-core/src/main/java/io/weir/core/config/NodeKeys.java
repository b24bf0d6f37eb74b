package io.weir.core.config;

import io.weir.core.model.MemoryCeiling;
import io.weir.core.model.Node;
import io.weir.core.model.Node.TransportChoice;
import io.weir.core.model.SessionLogging;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The keys of the node file. */
final class NodeKeys {
    static final Shape<Path> ABSOLUTE = Scalars.absolutePath();
    static final Path DEFAULT_SOCKET = Path.of("/run/weir/admin.sock");
    static final Path DEFAULT_STATE = Path.of("/var/lib/weir");

    static final Key<Path> SOCKET = Key.otherwise("socket", ABSOLUTE, DEFAULT_SOCKET,
            "The admin API; mode 0660, full rights for whoever can open it.");
    static final Key<InetSocketAddress> HTTP = Key.optional("http", Scalars.bind(),
            "Status page, /metrics, /healthz and /v1/version, read only; absent: off.");
    static final MappingShape<Admin> ADMIN_FORM = MappingShape.of(MappingShape.keys(List.of(SOCKET, HTTP), Key.later("tokens")),
            fields -> new Admin(fields.get(SOCKET), fields.given(HTTP)));

    static final Key<String> NAME = Key.optional("name", Scalars.name(), "Who this node is; absent: the host's name.");
    static final Key<String> ZONE = Key.optional("zone", Scalars.name(), "The zone that it stands in.");
    static final Key<String> REGION = Key.optional("region", Scalars.name(), "The region that it stands in.");
    static final Key<TransportChoice> TRANSPORT = Key.otherwise("transport", Scalars.lowerCase(TransportChoice.values()),
            TransportChoice.AUTO, "What carries sockets; auto: the fastest that this host supports, said at start.");
    static final Key<OptionalInt> WORKERS = Key.otherwise("workers", new WorkersShape(), OptionalInt.empty(),
            "Event loops that carry traffic; auto: one a core.");
    static final Key<Admin> ADMIN = Key.optional("admin", ADMIN_FORM, "How it is managed.");
    static final Key<Path> STATE = Key.otherwise("state", ABSOLUTE, DEFAULT_STATE, "The folder of the revisions.");
    static final Key<String> STORE = Key.otherwise("store", Scalars.word("file", "etcd"), "file", "Where revisions are kept.");

    static final Key<Path> LOG_FILE = Key.required("file", ABSOLUTE, "The file; its folder must be there.");
    static final Key<Long> ROTATE_AT = Key.otherwise("rotateAt", Scalars.size(SessionLogging.MIN_ROTATE_AT, Long.MAX_VALUE),
            SessionLogging.DEFAULT_ROTATE_AT, "How large the file may grow before a new one is begun.");
    static final Key<Integer> KEEP = Key.otherwise("keep", Scalars.whole(1, SessionLogging.MAX_KEEP), SessionLogging.DEFAULT_KEEP,
            "How many older files stay, FILE.1 the newest of them.");
    static final MappingShape<SessionLogging> SESSION_LOG_FORM = MappingShape.of(List.of(LOG_FILE, ROTATE_AT, KEEP),
            fields -> new SessionLogging(fields.get(LOG_FILE), fields.get(ROTATE_AT), fields.get(KEEP)));
    static final Key<SessionLogging> SESSION_LOG = Key.optional("sessionLog", SESSION_LOG_FORM,
            "A line of JSON for each layer 4 session that has ended; absent: off.");

    static final Key<Long> CEILING = Key.required("ceiling", Scalars.size(MemoryCeiling.MIN_BYTES, Long.MAX_VALUE),
            "Once so much is used, new connections are reset.");
    static final Key<Long> MEMORY_RESUME_AT = Key.optional("resumeAt", Scalars.size(0, Long.MAX_VALUE),
            "Then none is taken until so little is used; absent: 90% of the ceiling.");
    static final MappingShape<MemoryCeiling> MEMORY_FORM = new MappingShape<>(List.of(CEILING, MEMORY_RESUME_AT), NodeKeys::checkMemory,
            fields -> fields.given(MEMORY_RESUME_AT)
                .map(resumeAt -> new MemoryCeiling(fields.get(CEILING), resumeAt))
                .orElseGet(() -> new MemoryCeiling(fields.get(CEILING))));
    static final Key<MemoryCeiling> MEMORY = Key.optional("memory", MEMORY_FORM,
            "How much the load balancer may come to use; absent: as much as there is.");

    private static final List<Key<?>> KEYS = MappingShape.keys(
            List.of(NAME, ZONE, REGION, TRANSPORT, WORKERS, ADMIN, STATE, STORE, SESSION_LOG, MEMORY),
            Key.later("roles", "etcd", "cluster"));

    private NodeKeys() {}

    private static void checkMemory(Fields fields) {
        fields.given(MEMORY_RESUME_AT)
            .ifPresent(resumeAt -> fields.given(CEILING)
                .filter(most -> resumeAt >= most)
                .ifPresent(most -> fields.problem(MEMORY_RESUME_AT, Units.text(resumeAt), "less than ceiling, " + Units.text(most))));
    }

    /** The {@code admin} mapping. */
    record Admin(Path socket, Optional<InetSocketAddress> http) {
        static final Admin DEFAULT = new Admin(DEFAULT_SOCKET, Optional.empty());
    }

    /** The file's shape on a host that calls itself {@code hostName}. */
    static MappingShape<Node> shape(String hostName) {
        return MappingShape.of(KEYS, fields -> {
            Admin admin = fields.given(ADMIN).orElse(Admin.DEFAULT);
            return new Node(fields.given(NAME).orElse(hostName), fields.given(ZONE), fields.given(REGION), fields.get(TRANSPORT),
                    fields.get(WORKERS), admin.socket(), admin.http(), fields.get(STATE), fields.given(SESSION_LOG), fields.given(MEMORY));
        });
    }

    /** {@code auto}, which reads as empty, or a number. */
    private record WorkersShape() implements Shape<OptionalInt> {
        private static final String AUTO = "auto";
        private static final Shape<Integer> NUMBER = Scalars.whole(1, Node.MAX_WORKERS);

        @Override
        public Optional<OptionalInt> read(Place place, Tree value) {
            if (value instanceof Tree.Scalar(var word, var _) && word.equals(AUTO)) {
                return Optional.of(OptionalInt.empty());
            }
            if (value instanceof Tree.Scalar(Long number, var _) && number >= 1 && number <= Node.MAX_WORKERS) {
                return Optional.of(OptionalInt.of(number.intValue()));
            }
            place.problem(value, wanted());
            return Optional.empty();
        }

        @Override
        public String wanted() {
            return NUMBER.wanted() + " or " + AUTO;
        }

        @Override
        public Map<String, Object> schema() {
            return Map.of("anyOf", List.of(Map.of("const", AUTO), NUMBER.schema()));
        }

        @Override
        public Object written(OptionalInt workers) {
            return workers.isPresent() ? workers.getAsInt() : AUTO;
        }
    }
}
