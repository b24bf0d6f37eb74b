package io.weir.core.config;

import io.weir.core.model.Entrance;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Socket addresses as the files write them: {@code 10.0.0.1:80}, {@code [2001:db8::1]:80}, {@code :80}. Resolves no names. Any thread. */
final class Addresses {
    static final String ANY_IPV4 = "0.0.0.0";

    private static final Pattern SOCKET = Pattern.compile("(?:\\[([0-9A-Fa-f:.%a-z]+)]|([0-9.]*)):([0-9]{1,5})");
    private static final Pattern PORT_RANGE = Pattern.compile("(.*:[0-9]+)-([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;

    private Addresses() {}

    /** A place to listen at; no address is every IPv4 address, port 0 is one that the kernel chooses. */
    static Optional<InetSocketAddress> bind(String text) {
        Matcher matcher = SOCKET.matcher(text);
        return matcher.matches() ? socket(host(matcher), matcher.group(3)) : Optional.empty();
    }

    /** A place to connect to: an address that is one host's, and a port. */
    static Optional<InetSocketAddress> peer(String text) {
        return bind(text).filter(address -> !text.startsWith(":") && address.getPort() != 0 && !address.getAddress().isAnyLocalAddress());
    }

    /** A host alone, for a backend that is dialled at the client's port, or a place to connect to. */
    static Optional<InetSocketAddress> peerOrHost(String text) {
        return peer(text).or(() -> peer((text.indexOf(':') < 0 ? text : '[' + text + ']') + ":1")
            .map(host -> new InetSocketAddress(host.getAddress(), 0)));
    }

    /** A place to listen at, or a range of ports there. */
    static Optional<PortRange> binds(String text) {
        Matcher range = PORT_RANGE.matcher(text);
        if (!range.matches()) {
            return bind(text).map(first -> new PortRange(first, 1));
        }
        int last = Integer.parseInt(range.group(2));
        return bind(range.group(1))
            .filter(first -> first.getPort() > 0 && last > first.getPort() && last <= MAX_PORT)
            .map(first -> new PortRange(first, last - first.getPort() + 1))
            .filter(ports -> ports.count() <= Entrance.MAX_PORTS);
    }

    static boolean isPortRange(String text) {
        return PORT_RANGE.matcher(text).matches();
    }

    /** True when two listeners cannot both have their address: they share a port, and the addresses are the same or one is every address. */
    static boolean clash(PortRange one, PortRange other) {
        if (one.first().getPort() == 0 || other.first().getPort() == 0 || one.last() < other.first().getPort()
                || other.last() < one.first().getPort()) {
            return false;
        }
        InetAddress address = one.first().getAddress();
        InetAddress another = other.first().getAddress();
        return covers(address, another) || covers(another, address);
    }

    private static boolean covers(InetAddress wide, InetAddress address) {
        if (wide.equals(address)) {
            return true;
        }
        return wide.isAnyLocalAddress() && (wide instanceof Inet6Address || !(address instanceof Inet6Address));
    }

    private static String host(Matcher matcher) {
        String six = matcher.group(1);
        String four = matcher.group(2);
        return six != null ? six : four.isEmpty() ? ANY_IPV4 : four;
    }

    private static Optional<InetSocketAddress> socket(String host, String port) {
        int number = Integer.parseInt(port);
        try {
            return number > MAX_PORT ? Optional.empty() : Optional.of(new InetSocketAddress(InetAddress.ofLiteral(host), number));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
