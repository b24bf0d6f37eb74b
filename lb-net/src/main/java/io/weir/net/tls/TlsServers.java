package io.weir.net.tls;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How each listener ends its clients' TLS now. Any thread; who puts one in gives the one before back when no loop can be using it any more. */
public final class TlsServers {
    private final Map<String, TlsServer> serverByListener = new ConcurrentHashMap<>();

    /** Of a listener; null while none of its certificates can be used. */
    public @Nullable TlsServer find(String listener) {
        return serverByListener.get(listener);
    }

    /** From now on {@code server}; returns the one before. */
    public @Nullable TlsServer put(String listener, TlsServer server) {
        return serverByListener.put(listener, server);
    }

    /** Ends nobody's TLS there any more; returns who did. */
    public @Nullable TlsServer remove(String listener) {
        return serverByListener.remove(listener);
    }

    public Set<String> listeners() {
        return Set.copyOf(serverByListener.keySet());
    }
}
