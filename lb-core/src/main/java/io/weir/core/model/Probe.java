package io.weir.core.model;

import java.util.Optional;

/** What one health probe does with a connection to the member. */
public sealed interface Probe {
    /** The {@code type:} in the configuration. */
    String type();

    /** Connects, and closes with FIN (CLB-18): a completed handshake is a success. */
    record Tcp() implements Probe {
        @Override
        public String type() {
            return "tcp";
        }
    }

    /**
     * One HTTP/1.1 request (CLB-20).
     *
     * @param host the Host field; empty is the member's address
     */
    record Http(Method method, String path, Optional<String> host, StatusSet expect) implements Probe {
        public static final int MAX_PATH = 80;
        public static final int MAX_HOST = 255;

        public Http {
            if (!path.startsWith("/") || path.length() > MAX_PATH || !path.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new IllegalArgumentException("path is '" + path + "', want 1.." + MAX_PATH + " visible ASCII characters from '/'");
            }
            host.ifPresent(h -> {
                if (h.isEmpty() || h.length() > MAX_HOST || !h.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                    throw new IllegalArgumentException("host is '" + h + "', want a host name");
                }
            });
        }

        @Override
        public String type() {
            return "http";
        }

        /** The methods that a probe may use; both leave the member as it was. */
        public enum Method {
            HEAD, GET
        }
    }
}
