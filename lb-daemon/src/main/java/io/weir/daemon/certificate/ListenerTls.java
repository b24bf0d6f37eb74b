package io.weir.daemon.certificate;

import io.weir.core.model.Configuration;
import io.weir.core.model.SessionTickets;
import io.weir.core.model.TlsTerms;
import io.weir.net.EventLoops;
import io.weir.net.Loop;
import io.weir.net.tls.CertificateChain;
import io.weir.net.tls.TicketKeys;
import io.weir.net.tls.TlsProvider;
import io.weir.net.tls.TlsServer;
import io.weir.net.tls.TlsServers;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes and replaces what ends the TLS of each listener. Confined to the desk's thread. */
final class ListenerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerTls.class);

    private final EventLoops loops;
    private final TlsServers servers;
    private final TlsFiles files;
    private final Map<String, Made> madeByListener = new HashMap<>();
    private TicketKeys ownKeys;

    /** @param ownKeys what seals tickets where the configuration names no file of keys */
    ListenerTls(EventLoops loops, TlsServers servers, TlsFiles files, TicketKeys ownKeys) {
        this.ownKeys = ownKeys;
        this.loops = loops;
        this.servers = servers;
        this.files = files;
    }

    /** What a server is made of, but for the keys of tickets, which can be exchanged. */
    private record Parts(TlsTerms terms, List<CertificateChain> certificates, List<X509Certificate> authorities) {}

    private record Made(Parts parts, TlsServer server, Optional<TicketKeys> tickets) {}

    /** Puts into service what a configuration and its files are now, and takes out what they are no more. */
    void follow(Configuration configuration) {
        for (String listener : List.copyOf(madeByListener.keySet())) {
            if (terms(configuration, listener).isEmpty()) {
                remove(listener);
            }
        }
        configuration.listeners().keySet().forEach(listener -> terms(configuration, listener).ifPresent(terms -> {
            update(configuration, listener, terms);
        }));
    }

    /** Only for listeners that have nothing in service: the others go on until the configuration is in force. */
    void addNew(Configuration configuration) {
        configuration.listeners().keySet().forEach(listener -> terms(configuration, listener).ifPresent(terms -> {
            if (!madeByListener.containsKey(listener)) {
                update(configuration, listener, terms);
            }
        }));
    }

    private static Optional<TlsTerms> terms(Configuration configuration, String listener) {
        return Optional.ofNullable(configuration.listeners().get(listener)).flatMap(given -> TlsFiles.terms(given).findFirst());
    }

    private void update(Configuration configuration, String listener, TlsTerms terms) {
        List<CertificateChain> certificates = terms.certificates()
            .stream()
            .flatMap(name -> Optional.ofNullable(configuration.certificates().get(name)).stream())
            .flatMap(certificate -> files.certificate(certificate).value().stream())
            .toList();
        Optional<List<X509Certificate>> authorities = terms.clients().map(clients -> files.authorities(clients).value().orElse(List.of()));
        if (certificates.isEmpty() || authorities.filter(List::isEmpty).isPresent()) {
            remove(listener);
            return;
        }
        var parts = new Parts(terms, certificates, authorities.orElse(List.of()));
        Made before = madeByListener.get(listener);
        Optional<TicketKeys> tickets = tickets(terms);
        if (before == null || !before.parts.equals(parts)) {
            replace(listener, parts, tickets);
        } else if (!before.tickets.equals(tickets) && tickets.isPresent()) {
            before.server.tickets(tickets.get());
            madeByListener.put(listener, new Made(parts, before.server, tickets));
        }
    }

    private Optional<TicketKeys> tickets(TlsTerms terms) {
        return switch (terms.tickets()) {
            case SessionTickets.Off _ -> Optional.empty();
            case SessionTickets.OwnKeys _ -> Optional.of(ownKeys);
            case SessionTickets.SharedKeys(Path file) -> files.tickets(file).value();
        };
    }

    private void replace(String listener, Parts parts, Optional<TicketKeys> tickets) {
        try {
            TlsServer server = TlsServer.of(scope(listener, parts), parts.terms, parts.certificates, parts.authorities, tickets);
            madeByListener.put(listener, new Made(parts, server, tickets));
            retire(servers.put(listener, server));
        } catch (SSLException failure) {
            LOG.error("listener={} its TLS cannot be changed: {}", listener, failure.getMessage());
        }
    }

    /** Sessions end with what a client had to prove. */
    private static String scope(String listener, Parts parts) {
        return listener + parts.terms.clients().map(clients -> clients.required() + " " + parts.authorities.hashCode()).orElse("");
    }

    private void remove(String listener) {
        madeByListener.remove(listener);
        retire(servers.remove(listener));
    }

    void removeAll() {
        List.copyOf(madeByListener.keySet()).forEach(this::remove);
    }

    /** Gives it back when every loop has come round once: until then one may be about to use it. */
    private void retire(@Nullable TlsServer server) {
        if (server == null) {
            return;
        }
        var left = new AtomicInteger(loops.traffic().size());
        Runnable passed = () -> {
            if (left.decrementAndGet() == 0) {
                server.release();
            }
        };
        for (Loop loop : loops.traffic()) {
            if (!loop.run(passed)) {
                passed.run();
            }
        }
    }

    TicketKeys ownKeys() {
        return ownKeys;
    }

    void rotateOwnKeys() {
        ownKeys = ownKeys.rotated();
        madeByListener.replaceAll((_, made) -> {
            if (!(made.parts.terms.tickets() instanceof SessionTickets.OwnKeys)) {
                return made;
            }
            made.server.tickets(ownKeys);
            return new Made(made.parts, made.server, Optional.of(ownKeys));
        });
    }

    /** What of a configuration this process's TLS cannot do, by its place: the reason. */
    Map<List<String>, String> unsupported(Configuration configuration) {
        Map<List<String>, String> unsupported = new LinkedHashMap<>();
        if (TlsProvider.current() == TlsProvider.JDK) {
            configuration.listeners().keySet().forEach(listener -> terms(configuration, listener).ifPresent(terms -> {
                if (!(terms.tickets() instanceof SessionTickets.OwnKeys)) {
                    unsupported.put(List.of("listeners", listener, "tls", "sessionTickets"),
                            "needs BoringSSL, whose library cannot be loaded here");
                }
            }));
        }
        return unsupported;
    }
}
