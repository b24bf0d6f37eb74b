package io.weir.l4.tcp;

import io.netty.handler.ssl.NotSslRecordException;
import java.util.Locale;

/** Why a client's TLS handshake came to nothing. */
public enum HandshakeFailure {
    /** What the client sent is no TLS. */
    NOT_TLS("not-tls"),
    /** No version that both know. */
    VERSION("version"),
    /** No cipher suite that both know. */
    CIPHER("cipher"),
    /** The client has no certificate, although it must. */
    NO_CLIENT_CERTIFICATE("no-client-certificate"),
    /** The client's certificate is wrong. */
    CLIENT_CERTIFICATE("client-certificate"),
    /** The client said that it does not want ours: it does not trust the certificate, mostly. */
    REJECTED("rejected"),
    /** The client went away. */
    CLOSED("closed"),
    TIMEOUT("timeout"),
    OTHER("other");

    private final String text;

    HandshakeFailure(String text) {
        this.text = text;
    }

    /** The name in counters. */
    public String text() {
        return text;
    }

    /** By the words of BoringSSL and of the JDK, which have no codes. */
    static HandshakeFailure of(Throwable cause) {
        if (cause instanceof NotSslRecordException) {
            return NOT_TLS;
        }
        var words = new StringBuilder();
        for (Throwable link = cause; link != null; link = link.getCause()) {
            words.append(link.getMessage()).append('\n');
        }
        String said = words.toString().toUpperCase(Locale.ROOT);
        if (said.contains("_ALERT_") || said.contains("RECEIVED FATAL ALERT")) {
            return REJECTED;
        }
        if (said.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE") || said.contains("EMPTY CLIENT CERTIFICATE CHAIN")) {
            return NO_CLIENT_CERTIFICATE;
        }
        if (said.contains("CERTIFICATE_VERIFY_FAILED") || said.contains("PKIX") || said.contains("CERTPATH")) {
            return CLIENT_CERTIFICATE;
        }
        if (said.contains("UNSUPPORTED_PROTOCOL") || said.contains("WRONG_VERSION") || said.contains("CLIENT REQUESTED PROTOCOL")) {
            return VERSION;
        }
        if (said.contains("NO_SHARED_CIPHER") || said.contains("NO CIPHER SUITES IN COMMON")) {
            return CIPHER;
        }
        return said.contains("CLOSED") ? CLOSED : OTHER;
    }
}
