package io.weir.net;

import io.netty.handler.ssl.SslHandler;
import io.weir.core.model.CipherSuite;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a client's TLS. Immutable, any thread.
 *
 * @param serverName that the client asked for, in lower case; null: none
 * @param agreed what both agreed on, where TLS ends here; null: it is passed through
 */
public record ClientTls(@Nullable String serverName, @Nullable Agreed agreed) {
    /**
     * What the handshake came to.
     *
     * @param version such as {@code TLSv1.3}
     * @param cipher the suite, by OpenSSL's name
     * @param protocol of ALPN; null: none
     * @param client who the client proved to be; null: nobody
     */
    public record Agreed(String version, String cipher, @Nullable String protocol, @Nullable Client client) {}

    /**
     * A client with a certificate that was verified.
     *
     * @param resumed whether it showed it in an earlier connection of the session
     * @param commonName of the certificate's subject; null: it has none
     */
    public record Client(boolean resumed, @Nullable String commonName) {}

    /** After a handshake that succeeded. */
    public static ClientTls of(@Nullable String serverName, SslHandler handler, boolean resumed) {
        SSLSession session = handler.engine().getSession();
        return new ClientTls(serverName, new Agreed(session.getProtocol(), CipherSuite.textOf(session.getCipherSuite()),
                handler.applicationProtocol(), client(session, resumed)));
    }

    private static @Nullable Client client(SSLSession session, boolean resumed) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate own ? new Client(resumed, commonName(own)) : null;
        } catch (SSLPeerUnverifiedException _) {
            return null;
        }
    }

    /** The most specific one stands last in an {@link LdapName}. */
    private static @Nullable String commonName(X509Certificate certificate) {
        try {
            String found = null;
            for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name) {
                    found = name;
                }
            }
            return found;
        } catch (InvalidNameException _) {
            return null;
        }
    }
}
