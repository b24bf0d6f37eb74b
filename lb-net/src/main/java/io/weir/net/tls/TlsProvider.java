package io.weir.net.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** Whose TLS this process uses. Any thread; the first question loads a native library. */
public enum TlsProvider {
    /** Comes with the product; fast. */
    BORING_SSL("BoringSSL", SslProvider.OPENSSL_REFCNT),
    /** Where the native library cannot be loaded. It knows neither the keys of tickets nor versions below 1.2. */
    JDK("the JDK", SslProvider.JDK);

    private final String text;
    private final SslProvider provider;

    TlsProvider(String text, SslProvider provider) {
        this.text = text;
        this.provider = provider;
    }

    /** The one that is used. */
    public static TlsProvider current() {
        return OpenSsl.isAvailable() ? BORING_SSL : JDK;
    }

    public String text() {
        return text;
    }

    SslProvider provider() {
        return provider;
    }
}
