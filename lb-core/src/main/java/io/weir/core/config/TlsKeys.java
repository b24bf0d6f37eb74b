package io.weir.core.config;

import io.weir.core.model.TlsSettings;
import io.weir.core.model.TlsSettings.Verify;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The keys of a health check's {@code tls}. */
final class TlsKeys {
    static final Key<Verify> VERIFY = Key.otherwise("verify", Scalars.lowerCase(Verify.values()), TlsSettings.DEFAULT.verify(),
            "Whether the backend's certificate must be right: full checks its chain and its name.");
    static final Key<String> SNI = Key.optional("sni", Scalars.parsed("a domain name", name -> {
        new TlsSettings(Verify.NONE, Optional.of(name), Optional.empty());
        return name;
    }), "The server name that is sent, and that the certificate must bear; absent: none is sent, and it must bear the address.");
    static final Key<Path> CA = Key.optional("ca", Scalars.absolutePath(),
            "A PEM file of the certificates that are trusted; absent: those of the host.");
    static final MappingShape<TlsSettings> SHAPE = new MappingShape<>(List.of(VERIFY, SNI, CA), TlsKeys::check,
            fields -> new TlsSettings(fields.get(VERIFY), fields.given(SNI), fields.given(CA)));

    private TlsKeys() {}

    private static void check(Fields fields) {
        if (fields.has(CA) && fields.get(VERIFY) == Verify.NONE) {
            fields.problem(CA, "it without verify: full", "ca only with verify full");
        }
    }
}
