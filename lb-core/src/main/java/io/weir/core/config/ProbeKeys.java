package io.weir.core.config;

import io.weir.core.model.BodyMatch;
import io.weir.core.model.BodyMatch.Test;
import io.weir.core.model.Probe;
import io.weir.core.model.Probe.Dns.Rcode;
import io.weir.core.model.Probe.Dns.RecordType;
import io.weir.core.model.Probe.Http.Method;
import io.weir.core.model.Probe.Http.Version;
import io.weir.core.model.Probe.Tcp.Close;
import io.weir.core.model.Probe.Udp.Exchange;
import io.weir.core.model.StatusSet;
import io.weir.core.model.TlsSettings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The keys of a health check that belong to its type. */
final class ProbeKeys {
    static final Key<Close> CLOSE = Key.otherwise("close", Scalars.lowerCase(Close.values()), Close.FIN,
            "How the connection ends; rst leaves the backend no connection to accept.");

    static final Key<TlsSettings> TLS = Key.optional("tls", TlsKeys.SHAPE, "How TLS is done; absent: any certificate will do.");
    static final Key<TlsSettings> GRPC_TLS = Key.optional("tls", TlsKeys.SHAPE, "How TLS is done; absent: HTTP/2 without TLS.");

    static final Key<Method> METHOD = Key.otherwise("method", Scalars.choice(Scalars.words(Method.values(), Enum::name), List.of()),
            Method.HEAD, "The probe's method; preset nlb uses GET.");
    static final Key<String> PATH = Key.otherwise("path", Scalars.parsed("a path of 1..80 visible ASCII characters from '/'", path -> {
        new Probe.Http(Method.HEAD, path, Optional.empty(), StatusSet.of(List.of("2xx")));
        return path;
    }), "/", "The probe's path, query included.");
    static final Key<String> HOST = Key.optional("host", Scalars.parsed("a host name of 1..255 visible ASCII characters", host -> {
        new Probe.Http(Method.HEAD, "/", Optional.of(host), StatusSet.of(List.of("2xx")));
        return host;
    }), "The probe's Host field; absent: the backend's address and port.");
    static final Key<List<String>> EXPECT = Key.otherwise("expect", new SequenceShape<>(new StatusShape(), 1), List.of("2xx"),
            "Status classes and codes that are a success.");
    static final Key<Version> VERSION = Key.otherwise("version", Scalars.choice(Scalars.words(Version.values(), Version::text), List.of()),
            Version.HTTP_1_1, "Of HTTP, quoted.");
    static final Key<Boolean> KEEP_ALIVE = Key.otherwise("keepAlive", Scalars.flag(), false,
            "Whether one connection carries many probes; false: each makes its own.");

    static final Key<Test> CONTAINS = Key.optional("contains", Scalars.text(1, Test.MAX_TEXT).map(Test.Contains::new, ProbeKeys::text),
            "The body contains this text.");
    static final Key<Test> MATCHES = Key.optional("matches",
            Scalars.parsed("a regular expression of 1..1024 characters", Test.Matches::new),
            "This regular expression matches somewhere in the body.");
    static final Key<Test> SHA256 = Key.optional("sha256", Scalars.parsed("64 lower-case hexadecimal digits", Test.Sha256::new),
            "The body has this SHA-256.");
    static final Key<Boolean> NOT = Key.otherwise("not", Scalars.flag(), false, "Turns the test around.");
    static final MappingShape<BodyMatch> BODY_FORM = new MappingShape<>(List.of(CONTAINS, MATCHES, SHA256, NOT), ProbeKeys::checkBody,
            fields -> new BodyMatch(tests(fields).flatMap(key -> fields.given(key).stream()).findFirst().orElseThrow(), fields.get(NOT)));
    static final Key<BodyMatch> BODY = Key.optional("body", BODY_FORM, "What the first 8 KiB of the body must be; with method GET.");

    static final Key<String> SERVICE = Key.otherwise("service", Scalars.text(0, Probe.Grpc.MAX_SERVICE), "",
            "Whose health is asked for; empty: the server's.");

    static final Key<String> SEND = Key.optional("send", Scalars.text(1, Exchange.MAX_TEXT), "What is sent; absent: a zero byte.");
    static final Key<String> EXPECT_TEXT = Key.optional("expect", Scalars.text(1, Exchange.MAX_TEXT),
            "What the answer must contain; absent: silence is a success.");

    static final Key<String> DNS_NAME = Key.required("name", Scalars.parsed("a domain name", name -> {
        new Probe.Dns(name, RecordType.A, Set.of(Rcode.NOERROR));
        return name;
    }), "What is asked for.");
    static final Key<RecordType> RECORD = Key.otherwise("record",
            Scalars.choice(Scalars.words(RecordType.values(), Enum::name), List.of()), RecordType.A,
            "The type of record that is asked for.");
    static final Key<List<Rcode>> RCODES = Key.otherwise("rcodes",
            new SequenceShape<>(Scalars.choice(Scalars.words(Rcode.values(), Enum::name), List.of()), 1), List.of(Rcode.NOERROR),
            "Answers that are a success.");

    static final Key<List<String>> COMMAND = Key.required("command", new SequenceShape<>(Scalars.text(0, 4096), 1),
            "The absolute path of a program, and its arguments; there is no shell.");

    private static final List<Key<?>> HTTP = List.of(METHOD, PATH, HOST, EXPECT, BODY, VERSION, KEEP_ALIVE);

    private ProbeKeys() {}

    static List<Key<?>> http() {
        return HTTP;
    }

    static List<Key<?>> https() {
        return MappingShape.keys(HTTP, List.of(TLS));
    }

    static void checkHttp(Fields fields, Method otherwise) {
        Method method = fields.given(METHOD).orElse(otherwise);
        if (fields.has(BODY) && method != Method.GET) {
            fields.problem(BODY, "it with method " + method, "body only with method GET");
        }
    }

    static void checkUdp(Fields fields) {
        if (fields.has(SEND) != fields.has(EXPECT_TEXT)) {
            fields.problem(fields.has(SEND) ? EXPECT_TEXT : SEND, "nothing", "send and expect, or neither");
        }
    }

    static void checkScript(Fields fields) {
        fields.given(COMMAND).filter(command -> !command.isEmpty() && !command.getFirst().startsWith("/")).ifPresent(command -> {
            fields.problem(COMMAND, command.getFirst(), "an absolute path first");
        });
        fields.given(COMMAND).filter(command -> command.size() > Probe.Script.MAX_WORDS).ifPresent(command -> {
            fields.problem(COMMAND, command.size() + " words", "at most " + Probe.Script.MAX_WORDS);
        });
    }

    static Probe http(Fields fields, Method otherwise, boolean secure) {
        Optional<TlsSettings> tls = secure ? Optional.of(fields.given(TLS).orElse(TlsSettings.DEFAULT)) : Optional.empty();
        return new Probe.Http(fields.given(METHOD).orElse(otherwise), fields.get(PATH), fields.given(HOST),
                StatusSet.of(fields.get(EXPECT)),
                fields.given(BODY), fields.get(VERSION), fields.get(KEEP_ALIVE), tls);
    }

    static Probe udp(Fields fields) {
        return new Probe.Udp(fields.given(SEND).map(send -> new Exchange(send, fields.given(EXPECT_TEXT).orElseThrow())));
    }

    static Probe dns(Fields fields) {
        return new Probe.Dns(fields.get(DNS_NAME), fields.get(RECORD), Set.copyOf(fields.get(RCODES)));
    }

    private static Stream<Key<Test>> tests(Fields fields) {
        return Stream.of(CONTAINS, MATCHES, SHA256).filter(fields::has);
    }

    private static void checkBody(Fields fields) {
        List<Key<Test>> tests = tests(fields).toList();
        if (tests.isEmpty()) {
            fields.problem(CONTAINS, "nothing", "contains, matches or sha256");
        } else if (tests.size() > 1) {
            fields.problem(tests.getLast(), tests.getFirst().name() + " and " + tests.getLast().name(), "one of them");
        }
    }

    private static String text(Test test) {
        return test instanceof Test.Contains(var text) ? text : test.toString();
    }
}
