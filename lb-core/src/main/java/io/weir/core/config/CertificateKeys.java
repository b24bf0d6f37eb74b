package io.weir.core.config;

import io.weir.core.model.Certificate;
import java.nio.file.Path;
import java.util.List;

/** The keys of a certificate. */
final class CertificateKeys {
    static final Key<Path> CERTIFICATE = Key.required("certificate", Scalars.absolutePath(),
            "A PEM file: the certificate, then those that lead to its authority.");
    static final Key<Path> KEY = Key.required("key", Scalars.absolutePath(), "The PEM file of its private key, not encrypted.");

    static final MappingShape<Certificate> SHAPE = MappingShape.of(List.of(CERTIFICATE, KEY),
            fields -> new Certificate(fields.name(), fields.get(CERTIFICATE), fields.get(KEY)));

    private CertificateKeys() {}
}
