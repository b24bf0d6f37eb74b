package io.weir.core.model;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a probe does TLS.
 *
 * @param sni the server name that is sent and, with {@link Verify#FULL}, that the certificate must bear; empty: none is sent and the
 *            member's address is what the certificate must bear
 * @param ca absolute path of the PEM certificates that are trusted; empty: the host's
 */
public record TlsSettings(Verify verify, Optional<String> sni, Optional<Path> ca) {
    public static final TlsSettings DEFAULT = new TlsSettings(Verify.NONE, Optional.empty(), Optional.empty());

    public TlsSettings {
        sni.ifPresent(DnsNames::check);
        ca.filter(path -> !path.isAbsolute()).ifPresent(path -> {
            throw new IllegalArgumentException("ca is '" + path + "', want an absolute path");
        });
    }

    /** Whether the member's certificate must be right. */
    public enum Verify {
        /** Any certificate will do (ALB-17: load balancers do not validate backends). */
        NONE,
        /** Its chain must end at a trusted one, and it must bear the name. */
        FULL
    }
}
