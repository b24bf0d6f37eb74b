package io.weir.core.model;

import java.util.List;
import java.util.Optional;

/**
 * On what terms a listener ends its clients' TLS.
 *
 * @param certificates names of certificates; each answers for the names that it bears, the first also for all others
 * @param alpn protocols that are offered, the preferred first (RFC 7301); empty: none
 * @param clients empty: they need no certificate
 */
public record TlsTerms(List<String> certificates, TlsPolicy policy, List<String> alpn, Optional<ClientCertificates> clients,
        SessionTickets tickets) {
    public static final int MAX_CERTIFICATES = 1000;
    public static final int MAX_PROTOCOL_BYTES = 255;

    public TlsTerms {
        certificates = List.copyOf(certificates);
        alpn = List.copyOf(alpn);
        if (certificates.isEmpty() || certificates.size() > MAX_CERTIFICATES) {
            throw new IllegalArgumentException(certificates.size() + " certificates, want 1.." + MAX_CERTIFICATES);
        }
        alpn.forEach(TlsTerms::checkProtocol);
    }

    /** Defaults for all else. */
    public static TlsTerms of(String... certificates) {
        return new TlsTerms(List.of(certificates), TlsPolicy.DEFAULT, List.of(), Optional.empty(), new SessionTickets.OwnKeys());
    }

    /** Returns {@code protocol} if it can be offered. */
    public static String checkProtocol(String protocol) {
        if (protocol.isEmpty() || protocol.length() > MAX_PROTOCOL_BYTES || !protocol.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("protocol is '" + protocol + "', want 1..255 visible ASCII characters");
        }
        return protocol;
    }
}
