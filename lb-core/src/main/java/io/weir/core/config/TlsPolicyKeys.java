package io.weir.core.config;

import io.weir.core.model.CipherSuite;
import io.weir.core.model.TlsPolicy;
import io.weir.core.model.TlsVersion;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keys of a listener's own TLS policy, and the names of the ready ones. */
final class TlsPolicyKeys {
    static final Key<List<TlsVersion>> VERSIONS = Key.required("versions",
            new SequenceShape<>(Scalars.choice(Scalars.words(TlsVersion.values(), TlsVersion::text), List.of()), 1),
            "The versions that are taken.");
    static final Key<List<CipherSuite>> CIPHERS = Key.otherwise("ciphers",
            new SequenceShape<>(Scalars.choice(Scalars.words(CipherSuite.values(), CipherSuite::text), List.of()), 1), List.of(),
            "For versions below 1.3, the preferred first; 1.3 always has its own three.");
    static final MappingShape<TlsPolicy> OWN = new MappingShape<>(List.of(VERSIONS, CIPHERS), TlsPolicyKeys::check,
            fields -> new TlsPolicy(TlsPolicy.CUSTOM, EnumSet.copyOf(fields.get(VERSIONS)), fields.get(CIPHERS)));

    static final Shape<TlsPolicy> SHAPE = new ScalarOr<>(Scalars.choice(named(), List.of()), OWN);

    private TlsPolicyKeys() {}

    private static Map<String, TlsPolicy> named() {
        Map<String, TlsPolicy> policyByName = new LinkedHashMap<>();
        TlsPolicy.NAMED.forEach(policy -> policyByName.put(policy.name(), policy));
        return policyByName;
    }

    private static void check(Fields fields) {
        Set<TlsVersion> versions = new HashSet<>(fields.given(VERSIONS).orElse(List.of()));
        if (versions.isEmpty()) {
            return;
        }
        List<CipherSuite> ciphers = fields.get(CIPHERS);
        if (versions.equals(Set.of(TlsVersion.TLS_1_3))) {
            if (!ciphers.isEmpty()) {
                fields.problem(CIPHERS, "ciphers for TLSv1.3 alone", "none: they cannot be chosen, and all are safe");
            }
        } else if (ciphers.isEmpty() || ciphers.size() > TlsPolicy.MAX_CIPHERS) {
            fields.problem(CIPHERS, ciphers.size() + " ciphers", "1.." + TlsPolicy.MAX_CIPHERS + " for versions below TLSv1.3");
        }
    }
}
