package io.weir.cli.client;

import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** Where the daemon's API is. Any thread may use it. */
public sealed interface Endpoint {
    int DEFAULT_PORT = 9900;

    /** As the user would write it. */
    String text();

    /** The {@code Host} field of a request. */
    String host();

    SocketAddress address();

    StandardProtocolFamily family();

    /** The admin socket, with full rights. */
    record Socket(Path path) implements Endpoint {
        @Override
        public String text() {
            return path.toString();
        }

        @Override
        public String host() {
            return "localhost";
        }

        @Override
        public SocketAddress address() {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        public StandardProtocolFamily family() {
            return StandardProtocolFamily.UNIX;
        }
    }

    /** The daemon's {@code admin.http}. */
    record Http(String hostName, int port) implements Endpoint {
        @Override
        public String text() {
            return "http://" + host();
        }

        @Override
        public String host() {
            return hostName + ':' + port;
        }

        @Override
        public SocketAddress address() {
            var address = new InetSocketAddress(hostName.replaceAll("^\\[|\\]$", ""), port);
            if (address.isUnresolved()) {
                throw CommandFailure.of(ExitCode.UNREACHABLE, "no address for host " + hostName, "check the name in --url");
            }
            return address;
        }

        @Override
        public StandardProtocolFamily family() {
            return address() instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet6Address
                    ? StandardProtocolFamily.INET6
                    : StandardProtocolFamily.INET;
        }
    }

    /** {@code http://HOST[:PORT]}. */
    static Endpoint ofUrl(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException _) {
            throw badUrl(url);
        }
        boolean bare = uri.getPath() == null || uri.getPath().isEmpty() || uri.getPath().equals("/");
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null || !bare || uri.getQuery() != null) {
            throw badUrl(url);
        }
        return new Http(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
    }

    private static CommandFailure badUrl(String url) {
        return CommandFailure.of(ExitCode.INVALID, "--url: '" + url + "', want http://HOST[:PORT]",
                "give the daemon's admin.http address, or use --socket");
    }
}
