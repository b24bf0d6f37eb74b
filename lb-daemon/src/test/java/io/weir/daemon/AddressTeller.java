package io.weir.daemon;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A backend in a process of its own that tells each connection whose it is: {@code CLIENT-ADDRESS LOCAL-PORT}. Ends by a signal. */
final class AddressTeller {
    private AddressTeller() {
    }

    /** Arguments: an address, and ports to listen at. */
    public static void main(String[] args) throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i < args.length; i++) {
            var server = new ServerSocket();
            server.bind(new InetSocketAddress(InetAddress.ofLiteral(args[0]), Integer.parseInt(args[i])));
            threads.add(Thread.ofPlatform().start(() -> serve(server)));
        }
        System.out.println("ready");
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void serve(ServerSocket server) {
        while (true) {
            try (Socket client = server.accept()) {
                String line = client.getInetAddress().getHostAddress() + " " + client.getLocalPort() + "\n";
                client.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException gone) {
                System.err.println(gone);
            }
        }
    }

    /** A client: prints what each {@code ADDRESS PORT} of its arguments tells. */
    static final class Asker {
        private Asker() {
        }

        public static void main(String[] args) throws Exception {
            for (int i = 0; i < args.length; i += 2) {
                try (var socket = new Socket()) {
                    socket.setSoTimeout(30_000);
                    socket.connect(new InetSocketAddress(InetAddress.ofLiteral(args[i]), Integer.parseInt(args[i + 1])), 10_000);
                    System.out.print("told " + new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
                } catch (IOException failure) {
                    System.out.println("told " + failure);
                }
            }
        }
    }
}
