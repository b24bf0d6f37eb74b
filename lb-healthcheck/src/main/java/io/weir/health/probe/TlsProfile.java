package io.weir.health.probe;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.weir.core.model.TlsSettings;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * How one probe secures its connection. Any thread.
 *
 * @param http2 whether the server has to agree to HTTP/2 (ALPN)
 * @param arithmetic runs what a handshake computes: milliseconds that other probes would wait for
 */
record TlsProfile(TlsSettings settings, boolean http2, Executor arithmetic) {

    SslHandler handler(SslContext context, ByteBufAllocator allocator, InetSocketAddress peer) {
        String name = settings.sni().orElseGet(() -> peer.getAddress().getHostAddress());
        SslHandler handler = new Handshake(context.newEngine(allocator, name, peer.getPort()), arithmetic);
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setServerNames(settings.sni().map(TlsProfile::serverNames).orElse(List.of()));
        handler.engine().setSSLParameters(parameters);
        handler.setHandshakeTimeoutMillis(0); // the verdict's deadline covers it
        return handler;
    }

    /** Arithmetic that ends after the probe has closed its connection is of no interest, and Netty would log what it came to. */
    private static final class Handshake extends SslHandler {
        Handshake(SSLEngine engine, Executor arithmetic) {
            super(engine, arithmetic);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) throws Exception {
            if (!context.isRemoved()) {
                super.exceptionCaught(context, thrown);
            }
        }
    }

    /** RFC 6066 3: without the trailing dot. From bytes, because only then does the JDK take an underscore. */
    private static List<SNIServerName> serverNames(String name) {
        String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return List.of(new SNIHostName(bare.getBytes(StandardCharsets.US_ASCII)));
    }

    /**
     * Looks at what a handshake has come to.
     *
     * @throws CertificateException if the server's own certificate is out of date: the JDK does not ask that of one which the file of
     *     authorities holds itself
     */
    void check(SslHandler handler) throws CertificateException, SSLException {
        if (http2 && !ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol())) {
            throw new SSLException("the server does not agree to HTTP/2 (ALPN h2)");
        }
        if (settings.verify() == TlsSettings.Verify.FULL
                && handler.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate certificate) {
            certificate.checkValidity();
        }
    }
}
