package io.weir.core.config;

import io.weir.core.model.ClientCertificates;
import io.weir.core.model.Listener;
import io.weir.core.model.SessionTickets;
import io.weir.core.model.TlsPolicy;
import io.weir.core.model.TlsTerms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The keys of a listener's {@code tls}. */
final class TlsTermsKeys {
    static final Key<Boolean> PASS_THROUGH = Key.otherwise("passThrough", Scalars.flag(), false,
            "true leaves the encryption to the backends; only the server name that clients ask for is read.");
    static final Key<List<String>> CERTIFICATES = Key.otherwise("certificates",
            new SequenceShape<>(Scalars.reference("certificates", "certificate"), 1), List.of(),
            "Each answers for the names that it bears, the first also for all others.");
    static final Key<TlsPolicy> POLICY = Key.otherwise("policy", TlsPolicyKeys.SHAPE, TlsPolicy.DEFAULT,
            "Versions and cipher suites that are taken: a ready policy, or {versions, ciphers}.");
    static final Key<List<String>> ALPN = Key.otherwise("alpn", new AlpnShape(), List.of(),
            "Protocols that are offered, the preferred first; a client that knows none of them goes on without.");

    private static final Shape<Boolean> VERIFY = Scalars
        .choice(Scalars.words(new Boolean[] {true, false}, required -> required ? "require" : "optional"), List.of());
    static final Key<Path> CA = Key.required("ca", Scalars.absolutePath(),
            "A PEM file of the certificates that a client's must come from.");
    static final Key<Boolean> REQUIRED = Key.otherwise("verify", VERIFY, true,
            "optional: a client may have no certificate, but not a wrong one.");
    static final MappingShape<ClientCertificates> CLIENTS_FORM = MappingShape.of(List.of(CA, REQUIRED),
            fields -> new ClientCertificates(fields.get(CA), fields.get(REQUIRED)));
    static final Key<ClientCertificates> CLIENTS = Key.optional("clientCertificates", CLIENTS_FORM,
            "That clients prove who they are; absent: they need not.");

    static final Key<Path> KEY_FILE = Key.required("keyFile", Scalars.absolutePath(),
            "A line a key, 48 bytes in base64: the first seals, all open; the same on all nodes.");
    private static final Shape<SessionTickets> ON_OR_OFF = Scalars.flag()
        .map(on -> on ? new SessionTickets.OwnKeys() : new SessionTickets.Off(), tickets -> !(tickets instanceof SessionTickets.Off));
    static final Key<SessionTickets> TICKETS = Key.otherwise("sessionTickets",
            new ScalarOr<>(ON_OR_OFF, MappingShape.of(List.of(KEY_FILE), fields -> new SessionTickets.SharedKeys(fields.get(KEY_FILE)))),
            new SessionTickets.OwnKeys(), "How clients take up earlier sessions: true, false, or {keyFile} for several nodes.");

    static final Key<Duration> HANDSHAKE_TIMEOUT = Key.otherwise("handshakeTimeout",
            Scalars.duration(Listener.Tls.MIN_HANDSHAKE_TIMEOUT, Listener.Tls.MAX_HANDSHAKE_TIMEOUT),
            Listener.Tls.DEFAULT_HANDSHAKE_TIMEOUT,
            "From the client's arrival to the end of the handshake, or of its first message with passThrough.");
    static final Key<Integer> MAX_HANDSHAKES = Key.optional("maxHandshakes", Scalars.whole(1, Integer.MAX_VALUE),
            "Handshakes under way at once; more clients are refused; absent: as many as connections.");

    static final MappingShape<ListenerTls> SHAPE = new MappingShape<>(
            List.of(PASS_THROUGH, CERTIFICATES, POLICY, ALPN, CLIENTS, TICKETS, HANDSHAKE_TIMEOUT, MAX_HANDSHAKES), TlsTermsKeys::check,
            TlsTermsKeys::terms);

    private TlsTermsKeys() {}

    /** The {@code tls} of a listener. */
    record ListenerTls(Optional<TlsTerms> terms, Duration handshakeTimeout, OptionalInt maxHandshakes) {}

    private static void check(Fields fields) {
        List<String> certificates = fields.get(CERTIFICATES);
        if (fields.get(PASS_THROUGH)) {
            for (Key<?> key : List.of(CERTIFICATES, POLICY, ALPN, CLIENTS, TICKETS)) {
                if (fields.has(key)) {
                    fields.problem(key, key.name() + " with passThrough", "it only where TLS ends");
                }
            }
        } else if (!fields.has(CERTIFICATES)) {
            fields.problem(CERTIFICATES, "nothing", "the names of certificates, or passThrough: true");
        } else if (certificates.size() > TlsTerms.MAX_CERTIFICATES || new HashSet<>(certificates).size() < certificates.size()) {
            fields.problem(CERTIFICATES, certificates.size() + " names", "1.." + TlsTerms.MAX_CERTIFICATES + " names, each once");
        }
    }

    private static ListenerTls terms(Fields fields) {
        var terms = fields.get(PASS_THROUGH) ? Optional.<TlsTerms>empty()
                : Optional.of(new TlsTerms(fields.get(CERTIFICATES), fields.get(POLICY), fields.get(ALPN), fields.given(CLIENTS),
                        fields.get(TICKETS)));
        return new ListenerTls(terms, fields.get(HANDSHAKE_TIMEOUT),
                fields.given(MAX_HANDSHAKES).map(OptionalInt::of).orElse(OptionalInt.empty()));
    }
}
