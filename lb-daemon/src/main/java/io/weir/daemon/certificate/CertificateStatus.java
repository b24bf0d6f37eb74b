package io.weir.daemon.certificate;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a certificate of the configuration stands. Immutable, any thread.
 *
 * @param loaded what is shown to clients; empty: nothing could be read yet
 * @param cause why the files as they are now cannot be used; empty: they are used
 * @param listeners that show it
 */
public record CertificateStatus(String name, String certificate, String key, Optional<Loaded> loaded, String cause,
        List<String> listeners) {
    public CertificateStatus {
        listeners = List.copyOf(listeners);
    }

    /**
     * What was read.
     *
     * @param names that it bears
     * @param notAfter of the certificate of its chain that ends first
     * @param fingerprint SHA-256, in hexadecimal
     */
    public record Loaded(List<String> names, String issuer, Instant notBefore, Instant notAfter, String fingerprint) {
        public Loaded {
            names = List.copyOf(names);
        }
    }
}
