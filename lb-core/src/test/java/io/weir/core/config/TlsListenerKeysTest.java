package io.weir.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.CipherSuite;
import io.weir.core.model.ClientCertificates;
import io.weir.core.model.Listener;
import io.weir.core.model.ServerNameRoute;
import io.weir.core.model.SessionTickets;
import io.weir.core.model.TlsPolicy;
import io.weir.core.model.TlsTerms;
import io.weir.core.model.TlsVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsListenerKeysTest {
    private static final String FILE = """
            certificates: {shop: {certificate: /c.pem, key: /c.key}}
            pools: {p: {}}
            listeners: {l: {protocol: tls, bind: ':1', \
            """;

    private static TrafficResult read(String keys) {
        return TrafficFile.parse("weir.yaml", FILE + keys + "}}");
    }

    private static Listener.Tls tls(String keys) {
        var accepted = (TrafficResult.Accepted) read(keys);
        return (Listener.Tls) Objects.requireNonNull(accepted.configuration().listeners().get("l"));
    }

    @Test
    void aListenerNeedsACertificateAndAPoolAndHasGoodDefaults() {
        Listener.Tls listener = tls("tls: {certificates: [shop]}, pool: p");

        assertThat(listener.terms()).contains(TlsTerms.of("shop"));
        assertThat(listener.handshakeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(listener.maxHandshakes()).isEqualTo(OptionalInt.empty());
        TlsPolicy policy = listener.terms().orElseThrow().policy();
        assertThat(policy.versions()).isEqualTo(Set.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3));
        assertThat(policy.ciphers()).allMatch(CipherSuite::forwardSecret);
    }

    @Test
    void everyKeyIsRead() {
        Listener.Tls listener = tls("""
                tls: {certificates: [shop], policy: {versions: [TLSv1.2], ciphers: [ECDHE-RSA-AES128-GCM-SHA256]}, alpn: HTTP2Only,
                clientCertificates: {ca: /ca.pem, verify: optional}, sessionTickets: {keyFile: /t}, handshakeTimeout: 3s, maxHandshakes: 7},
                sni: [{hosts: ['A.example', '*.b.example'], pool: p}]""".replace('\n', ' '));

        assertThat(listener.terms()).contains(new TlsTerms(List.of("shop"),
                new TlsPolicy("custom", Set.of(TlsVersion.TLS_1_2), List.of(CipherSuite.ECDHE_RSA_AES128_GCM_SHA256)), List.of("h2"),
                Optional.of(new ClientCertificates(Path.of("/ca.pem"), false)), new SessionTickets.SharedKeys(Path.of("/t"))));
        assertThat(listener.routes()).containsExactly(new ServerNameRoute(List.of("a.example", "*.b.example"), "p"));
        assertThat(listener.pool()).isEmpty();
        assertThat(listener.handshakeTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(listener.maxHandshakes()).hasValue(7);
    }

    @Test
    void theReadyPoliciesAreAllThere() {
        for (TlsPolicy policy : TlsPolicy.NAMED) {
            assertThat(tls("tls: {certificates: [shop], policy: " + policy.name() + "}, pool: p").terms().orElseThrow().policy())
                .isEqualTo(policy);
        }
    }

    @Test
    void endingTlsAndPassingItThroughAreNotServedByTheSamePort() {
        Listener.Tls ends = tls("tls: {certificates: [shop]}, pool: p");
        Listener.Tls passes = tls("tls: {passThrough: true}, pool: p");

        assertThat(ends.opensLike(passes)).isFalse();
        assertThat(ends.opensLike(tls("tls: {certificates: [shop], alpn: HTTP2Only}, pool: p"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "tls: {}, pool: p | tls.certificates: nothing, want the names of certificates, or passThrough: true",
        "tls: {certificates: [shopp]}, pool: p | tls.certificates[0]: shopp, want the name of a certificate, perhaps shop",
        "tls: {certificates: [shop, shop]}, pool: p | tls.certificates: 2 names, want 1..1000 names, each once",
        "tls: {passThrough: true, alpn: HTTP2Only}, pool: p | tls.alpn: alpn with passThrough, want it only where TLS ends",
        "tls: {certificates: [shop]} | pool: nothing, want the name of a pool, or sni",
        "tls: {certificates: [shop]}, sni: [] | pool: nothing, want the name of a pool, or sni",
        "tls: {certificates: [shop], policy: {versions: [TLSv1.3], ciphers: [AES128-SHA]}}, pool: p | "
                + "tls.policy.ciphers: ciphers for TLSv1.3 alone, want none: they cannot be chosen, and all are safe",
        "tls: {certificates: [shop], policy: {versions: [TLSv1.2]}}, pool: p | "
                + "tls.policy.ciphers: 0 ciphers, want 1..32 for versions below TLSv1.3",
        "tls: {certificates: [shop]}, sni: [{hosts: [a.b], pool: p}, {hosts: [A.b], pool: p}] | "
                + "sni: a.b in [0] and [1], want each host once",
        "tls: {certificates: [shop]}, sni: [{hosts: ['a b'], pool: p}] | sni[0].hosts[0]: 'a b', want a server name, or '*.' and one"})
    void whatCannotWorkIsRefused(String keys, String problem) {
        assertThat(((TrafficResult.Refused) read(keys)).problems()).extracting(each -> each.message().replaceFirst("^[^ ]+ ", ""))
            .containsExactly("listeners.l." + problem);
    }
}
