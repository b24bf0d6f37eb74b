package io.weir.daemon.certificate;

import io.weir.core.model.Certificate;
import io.weir.core.model.ClientCertificates;
import io.weir.core.model.Configuration;
import io.weir.core.model.Listener;
import io.weir.core.model.SessionTickets;
import io.weir.core.model.TlsTerms;
import io.weir.net.tls.CertificateChain;
import io.weir.net.tls.TicketKeys;
import io.weir.net.tls.UnusableFile;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** All files that a configuration's TLS needs. Confined to the desk's thread; blocks. */
final class TlsFiles {
    private final Map<Certificate, Watched<CertificateChain>> certificates = new HashMap<>();
    private final Map<Path, Watched<List<X509Certificate>>> authorities = new HashMap<>();
    private final Map<Path, Watched<TicketKeys>> tickets = new HashMap<>();

    /** Whose news it is: a certificate's name or a file's path. */
    @FunctionalInterface
    interface News {
        void of(Object subject, Watched<?> watched);
    }

    /** Looks at all files of a configuration; {@code news} hears of each that was read. */
    void look(Configuration configuration, News news) {
        forEach(configuration, (subject, watched) -> {
            if (watched.look()) {
                news.of(subject, watched);
            }
        });
    }

    /** Reads what no configuration has named yet. */
    void readNew(Configuration configuration) {
        forEach(configuration, (_, watched) -> watched.lookFirst());
    }

    private void forEach(Configuration configuration, News each) {
        configuration.certificates().values().forEach(certificate -> each.of(certificate, certificate(certificate)));
        terms(configuration).forEach(terms -> {
            terms.clients().ifPresent(clients -> each.of(clients.ca(), authorities(clients)));
            if (terms.tickets() instanceof SessionTickets.SharedKeys(Path file)) {
                each.of(file, tickets(file));
            }
        });
    }

    /** Forgets what no configuration names any more. */
    void retain(Configuration configuration) {
        certificates.keySet().retainAll(Set.copyOf(configuration.certificates().values()));
        Set<Path> paths = new HashSet<>();
        terms(configuration).forEach(terms -> {
            terms.clients().ifPresent(clients -> paths.add(clients.ca()));
            if (terms.tickets() instanceof SessionTickets.SharedKeys(Path file)) {
                paths.add(file);
            }
        });
        authorities.keySet().retainAll(paths);
        tickets.keySet().retainAll(paths);
    }

    Watched<CertificateChain> certificate(Certificate certificate) {
        return certificates.computeIfAbsent(certificate,
                files -> new Watched<>(List.of(files.certificate(), files.key()), () -> CertificateChain.read(files)));
    }

    Watched<List<X509Certificate>> authorities(ClientCertificates clients) {
        return authorities.computeIfAbsent(clients.ca(), file -> new Watched<>(List.of(file), () -> CertificateChain.certificates(file)));
    }

    Watched<TicketKeys> tickets(Path file) {
        return tickets.computeIfAbsent(file, path -> new Watched<>(List.of(path), () -> TicketKeys.read(path)));
    }

    /** Names what of a configuration cannot be used as it is now. */
    void faults(Configuration configuration, BiConsumer<List<String>, UnusableFile> found) {
        configuration.certificates().forEach((name, certificate) -> certificate(certificate).fault().ifPresent(fault -> {
            String key = fault.file().equals(certificate.key()) ? "key" : "certificate";
            found.accept(List.of("certificates", name, key), fault);
        }));
        configuration.listeners().forEach((name, listener) -> terms(listener).forEach(terms -> {
            terms.clients()
                .flatMap(clients -> authorities(clients).fault())
                .ifPresent(fault -> found.accept(List.of("listeners", name, "tls", "clientCertificates", "ca"), fault));
            if (terms.tickets() instanceof SessionTickets.SharedKeys(Path file)) {
                tickets(file).fault()
                    .ifPresent(fault -> found.accept(List.of("listeners", name, "tls", "sessionTickets", "keyFile"), fault));
            }
        }));
    }

    private static Stream<TlsTerms> terms(Configuration configuration) {
        return configuration.listeners().values().stream().flatMap(TlsFiles::terms);
    }

    /** On what terms a listener ends TLS, if it does. */
    static Stream<TlsTerms> terms(Listener listener) {
        return listener instanceof Listener.Tls tls ? tls.terms().stream() : Stream.empty();
    }
}
