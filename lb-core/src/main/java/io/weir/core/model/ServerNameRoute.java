package io.weir.core.model;

import java.util.List;
import java.util.Locale;

/**
 * Sends the clients that ask for some server names (SNI, RFC 6066 3) to a pool of their own.
 *
 * @param hosts at least one: exact names, or {@code *.} and a suffix for one or more labels before it; lower case
 */
public record ServerNameRoute(List<String> hosts, String pool) {
    public ServerNameRoute {
        hosts = hosts.stream().map(ServerNameRoute::checkHost).toList();
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("no hosts, want at least one");
        }
    }

    /** Returns {@code host} in lower case if it is a server name, or {@code *.} and one. */
    public static String checkHost(String host) {
        String plain = host.startsWith("*.") ? host.substring(2) : host;
        if (plain.endsWith(".")) {
            throw new IllegalArgumentException("host is '" + host + "', want it without the last dot");
        }
        DnsNames.check(plain);
        return host.toLowerCase(Locale.ROOT);
    }
}
