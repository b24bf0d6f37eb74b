package io.weir.core.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which versions and cipher suites of TLS a listener takes.
 *
 * @param name of a policy that load balancers know (NLB-12), or {@link #CUSTOM}
 * @param versions at least one
 * @param ciphers for versions below 1.3, the preferred first; empty only if there is none below
 */
public record TlsPolicy(String name, Set<TlsVersion> versions, List<CipherSuite> ciphers) {
    /** At most as many as NLB takes in a policy of one's own. */
    public static final int MAX_CIPHERS = 32;
    public static final String CUSTOM = "custom";
    /** Forward secrecy in every connection. */
    public static final TlsPolicy DEFAULT = new TlsPolicy("tls_cipher_policy_1_2_strict_with_1_3",
            EnumSet.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3), suites(CipherSuite::forwardSecret));

    /** The ready ones; NLB's names stand for the same versions and the same idea of which suites are good enough. */
    public static final List<TlsPolicy> NAMED = List.of(
            new TlsPolicy("tls_cipher_policy_1_0", EnumSet.range(TlsVersion.TLS_1_0, TlsVersion.TLS_1_2), suites(_ -> true)),
            new TlsPolicy("tls_cipher_policy_1_1", EnumSet.range(TlsVersion.TLS_1_1, TlsVersion.TLS_1_2), suites(_ -> true)),
            new TlsPolicy("tls_cipher_policy_1_2", EnumSet.of(TlsVersion.TLS_1_2), suites(_ -> true)),
            new TlsPolicy("tls_cipher_policy_1_2_strict", EnumSet.of(TlsVersion.TLS_1_2), suites(CipherSuite::forwardSecret)),
            DEFAULT);

    public TlsPolicy {
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("versions is empty, want at least one");
        }
        versions = Set.copyOf(versions);
        ciphers = List.copyOf(ciphers);
        if (ciphers.isEmpty() != versions.equals(Set.of(TlsVersion.TLS_1_3)) || ciphers.size() > MAX_CIPHERS) {
            throw new IllegalArgumentException(
                    "ciphers are " + ciphers + " for " + versions + ", want 1.." + MAX_CIPHERS + ", or none for TLSv1.3 alone");
        }
    }

    private static List<CipherSuite> suites(Predicate<CipherSuite> wanted) {
        return Arrays.stream(CipherSuite.values()).filter(wanted).toList();
    }

    /** All cipher suites by their IANA names, those of TLS 1.3 included. */
    public List<String> standardCiphers() {
        List<String> names = new ArrayList<>();
        if (versions.contains(TlsVersion.TLS_1_3)) {
            names.addAll(List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"));
        }
        ciphers.forEach(cipher -> names.add(cipher.standardName()));
        return names;
    }
}
