package io.weir.daemon;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * As many backends as loopback has addresses, in one process on one port. While the file says {@code flap}, each answers every other health
 * check, a {@code HEAD}, with 500; requests are always answered with 200. An address delays the answer to its first check, so that the
 * checks of all are spread over their interval.
 */
final class FlappingBackends {
    static final String FLAP = "flap";
    static final String STEADY = "steady";

    private static final int BACKLOG = 4096;
    /** Longer than the interval of the checks would not spread them better; the checks' timeout is longer. */
    private static final long SPREAD_NANOS = FlappingRounds.CHECK_INTERVAL.toNanos();

    /** Whether the last answer to a check was a good one. */
    private final Map<InetAddress, Boolean> goodByAddress = new ConcurrentHashMap<>();
    private volatile boolean flap;

    private FlappingBackends() {}

    /** {@code PORT FILE}: serves until it is killed. */
    public static void main(String[] args) throws IOException {
        var backends = new FlappingBackends();
        Path moodFile = Path.of(args[1]);
        try (var server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(Integer.parseInt(args[0])), BACKLOG);
            Thread.ofPlatform().daemon().start(() -> backends.follow(moodFile));
            System.out.println("ready");
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> backends.serve(client));
            }
        }
    }

    private void follow(Path moodFile) {
        while (true) {
            try {
                flap = Files.readString(moodFile).equals(FLAP);
            } catch (IOException _) {
                // being replaced
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            for (String head = head(client); !head.isEmpty(); head = head(client)) {
                boolean check = head.startsWith("HEAD ");
                String status = !check || passes(client.getLocalAddress()) ? "200 OK" : "500 Down";
                String answer = "HTTP/1.1 " + status + "\r\nContent-Length: 3\r\n\r\n" + (check ? "" : "ok\n");
                client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                if (check) {
                    return;
                }
            }
        } catch (IOException _) {
            // the client is gone
        }
    }

    /** The next request's, without a buffer that outlives it: thousands of idle connections must not become the collector's work. */
    private static String head(Socket client) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int first = client.getInputStream().read();
            if (first < 0) {
                return "";
            }
            byte[] more = new byte[client.getInputStream().available()];
            int length = client.getInputStream().read(more);
            head.append((char) first).append(new String(more, 0, Math.max(0, length), StandardCharsets.US_ASCII));
        }
        return head.toString();
    }

    private boolean passes(InetAddress address) {
        Boolean before = goodByAddress.get(address);
        if (before == null) {
            LockSupport.parkNanos(Math.floorMod(address.hashCode() * 0x9E3779B97F4A7C15L, SPREAD_NANOS));
        }
        boolean good = before == null || !flap || !before;
        goodByAddress.put(address, good);
        return good;
    }
}
