package io.weir.health.probe;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.weir.core.model.TlsSettings;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * What the TLS handshakes of probes share: one context for equal settings. Confined to the probe loop; files of authorities are read by
 * {@code reader}, and again every minute, so that an exchanged file counts without an edit.
 */
final class TlsContexts {
    /** A session is resumed no longer: certificates that have expired or were exchanged since are met by then. */
    private static final Duration SESSION = Duration.ofMinutes(1);
    private static final long FRESH_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MOST = 256;

    private final Executor reader;
    private final Map<Key, Made> madeByKey = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Made> eldest) {
            return size() > MOST;
        }
    };

    /** @param reader runs tasks that block */
    TlsContexts(Executor reader) {
        this.reader = reader;
    }

    private record Key(TlsSettings.Verify verify, Optional<Path> ca, boolean http2) {}

    private record Made(CompletableFuture<SslContext> context, long readNanos) {}

    /** The context, soon; a file that cannot be read is an exception of the future, and read again for the next probe. */
    CompletableFuture<SslContext> context(TlsProfile profile) {
        Key key = new Key(profile.settings().verify(), profile.settings().ca(), profile.http2());
        Made made = madeByKey.get(key);
        if (made == null || made.context.isCompletedExceptionally()) {
            return put(key, read(key));
        }
        if (made.context.isDone() && key.ca.isPresent() && System.nanoTime() - made.readNanos > FRESH_NANOS) {
            SslContext old = made.context.resultNow();
            return put(key, read(key).exceptionally(_ -> old)); // a file that is just being exchanged
        }
        return made.context;
    }

    private CompletableFuture<SslContext> put(Key key, CompletableFuture<SslContext> context) {
        madeByKey.put(key, new Made(context, System.nanoTime()));
        return context;
    }

    private CompletableFuture<SslContext> read(Key key) {
        return CompletableFuture.supplyAsync(() -> unchecked(() -> build(key)), reader);
    }

    private static SslContext unchecked(Callable<SslContext> build) {
        try {
            return build.call();
        } catch (Exception unreadable) {
            throw new CompletionException(unreadable);
        }
    }

    private static SslContext build(Key key) throws Exception {
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK).sessionTimeout(SESSION.toSeconds());
        if (key.http2) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, ApplicationProtocolNames.HTTP_2));
        }
        switch (key.verify) {
            case NONE -> builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm("");
            case FULL -> {
                builder.endpointIdentificationAlgorithm("HTTPS");
                if (key.ca.isPresent()) {
                    try (InputStream file = Files.newInputStream(key.ca.get())) {
                        builder.trustManager(file);
                    }
                }
            }
        }
        return builder.build();
    }
}
