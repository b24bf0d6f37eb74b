package io.weir.net.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import io.weir.core.model.TlsTerms;
import io.weir.core.model.TlsVersion;
import io.weir.core.route.ServerNames;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * How one listener ends its clients' TLS: a context for each of its certificates, found by the server name that a client asks for. Any thread; what
 * it holds outside the heap is given back by {@link #release}, after which no loop may ask it for handlers.
 */
public final class TlsServer {
    /** As long as tickets are good for (CLB-38). */
    private static final Duration SESSION = Duration.ofSeconds(300);

    private final SslContext first;
    private final ServerNames<SslContext> contextByName;
    private final List<SslContext> contexts;

    private TlsServer(List<SslContext> contexts, ServerNames<SslContext> contextByName) {
        this.first = contexts.getFirst();
        this.contexts = contexts;
        this.contextByName = contextByName;
    }

    /**
     * Makes the contexts.
     *
     * @param scope sessions are taken up only where the scope is the same: a client that proved nothing to one listener must not come in at another
     *        that asks for proof, although the keys of tickets are shared
     * @param certificates at least one, in the order of the listener
     * @param authorities that clients' certificates must come from; empty: clients are not asked
     * @param tickets empty: every handshake is a full one
     * @throws SSLException if a certificate's kind is not supported
     */
    public static TlsServer of(String scope, TlsTerms terms, List<CertificateChain> certificates, List<X509Certificate> authorities,
            Optional<TicketKeys> tickets) throws SSLException {
        List<SslContext> contexts = new ArrayList<>();
        var names = new ServerNames.Builder<SslContext>(ServerNames.Star.ONE_LABEL);
        try {
            for (CertificateChain certificate : certificates) {
                SslContext context = context(terms, certificate, authorities);
                contexts.add(context);
                sessions(context, scope, tickets);
                certificate.names().forEach(name -> names.add(name, context));
            }
        } catch (SSLException | RuntimeException failure) {
            contexts.forEach(ReferenceCountUtil::release);
            throw failure;
        }
        return new TlsServer(List.copyOf(contexts), names.build());
    }

    private static SslContext context(TlsTerms terms, CertificateChain certificate, List<X509Certificate> authorities) throws SSLException {
        SslContextBuilder builder = SslContextBuilder
            .forServer(certificate.key(), certificate.chain().toArray(X509Certificate[]::new))
            .sslProvider(TlsProvider.current().provider())
            .protocols(Arrays.stream(TlsVersion.values())
                .filter(terms.policy().versions()::contains)
                .map(TlsVersion::standardName)
                .toArray(String[]::new))
            .ciphers(terms.policy().standardCiphers(), SupportedCipherSuiteFilter.INSTANCE)
            .sessionTimeout(SESSION.toSeconds());
        if (!terms.alpn().isEmpty()) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT, terms.alpn()));
        }
        terms.clients()
            .ifPresent(clients -> builder.trustManager(authorities)
                .clientAuth(clients.required() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL));
        return builder.build();
    }

    private static void sessions(SslContext context, String scope, Optional<TicketKeys> tickets) {
        if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
            sessions.setSessionIdContext(digest(scope));
            sessions.setSessionCacheEnabled(false);
            tickets.ifPresent(keys -> sessions.setTicketKeys(keys(keys)));
        }
    }

    private static byte[] digest(String scope) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(scope.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static OpenSslSessionTicketKey[] keys(TicketKeys tickets) {
        return tickets.keys()
            .stream()
            .map(key -> new OpenSslSessionTicketKey(Arrays.copyOfRange(key, 0, 16), Arrays.copyOfRange(key, 16, 32),
                    Arrays.copyOfRange(key, 32, 48)))
            .toArray(OpenSslSessionTicketKey[]::new);
    }

    /** Goes on with other keys of tickets; only where there were some from the beginning. */
    public void tickets(TicketKeys keys) {
        for (SslContext context : contexts) {
            if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
                sessions.setTicketKeys(keys(keys));
            }
        }
    }

    /** Whether a handshake that succeeded took up an earlier session, as far as the provider tells. */
    public static boolean resumed(SslHandler handler) {
        return handler.engine() instanceof ReferenceCountedOpenSslEngine engine && SSL.isSessionReused(engine.sslPointer());
    }

    /** What ends one client's TLS; it has no deadline of its own. */
    public SslHandler handler(ByteBufAllocator allocator, @Nullable String serverName) {
        SslContext named = serverName == null ? null : contextByName.find(serverName);
        SslHandler handler = (named == null ? first : named).newHandler(allocator);
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    /** Gives back what is outside the heap, once the connections that use it have ended. */
    public void release() {
        contexts.forEach(ReferenceCountUtil::release);
    }
}
