package io.weir.daemon;

import io.weir.testkit.ManagedProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A server of a zone under drill, in a process of its own. A connection that begins with a letter speaks HTTP/1.1 and hears the server's
 * name in {@code X-Backend}; on any other, each byte is answered with the last letter of the zone. How it behaves is the word in a file.
 */
final class DrillBackend {
    private static final int BACKLOG = 1024;

    private final String name;
    private final byte zoneLetter;
    private final Path moodFile;

    /** How servers of a zone behave; the name in lower case is the word in the file. */
    enum Mood {
        /** Answers at once. */
        WELL,
        /** Answers everything, health checks too, after longer than any client of the drill waits. */
        SLOW,
        /** Answers requests, health checks too, with 500. */
        FAILING;

        static final long SLOW_NANOS = 30_000_000_000L;

        static Path fileOf(String zone, Path folder) {
            return folder.resolve(zone + ".mood");
        }

        void writeTo(Path file) throws IOException {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.writeString(next, word());
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        }

        static Mood readFrom(Path file) throws IOException {
            return valueOf(Files.readString(file).toUpperCase(Locale.ROOT));
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private DrillBackend(String name, String zone, Path moodFile) {
        this.name = name;
        this.zoneLetter = (byte) zone.charAt(zone.length() - 1);
        this.moodFile = moodFile;
    }

    /**
     * Starts one in {@code folder}, where a zone's file is, and which behaves well if there is none yet.
     *
     * @param before goes in front of the command
     */
    static ManagedProcess start(Path folder, List<String> before, String name, String zone, String address, int port) throws IOException {
        Path moodFile = Mood.fileOf(zone, folder);
        if (!Files.exists(moodFile)) {
            Mood.WELL.writeTo(moodFile);
        }
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xmx64m", "-cp", System.getProperty("java.class.path"), DrillBackend.class.getName(), name,
                zone,
                address, Integer.toString(port), moodFile.toString()));
        return ManagedProcess.start(command, folder, Map.of());
    }

    /** {@code NAME ZONE ADDRESS PORT FILE}: serves until it is killed. */
    public static void main(String[] args) throws IOException {
        var backend = new DrillBackend(args[0], args[1], Path.of(args[4]));
        try (var server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(args[2], Integer.parseInt(args[3])), BACKLOG);
            System.out.println("ready");
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> backend.serve(client));
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            var input = new PushbackInputStream(client.getInputStream());
            int first = input.read();
            if (first < 0) {
                return;
            }
            input.unread(first);
            if (Character.isLetter(first)) {
                serveHttp(client, input);
            } else {
                echo(client, input);
            }
        } catch (IOException _) {
            // the client is gone
        }
    }

    private void echo(Socket client, PushbackInputStream input) throws IOException {
        while (input.read() >= 0) {
            waitIfSlow();
            client.getOutputStream().write(zoneLetter);
        }
    }

    private void serveHttp(Socket client, PushbackInputStream input) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.US_ASCII));
        for (String request = lines.readLine(); request != null; request = lines.readLine()) {
            boolean last = false;
            for (String field = lines.readLine(); field != null && !field.isEmpty(); field = lines.readLine()) {
                last |= field.equalsIgnoreCase("Connection: close");
            }
            answer(client, request.startsWith("HEAD "));
            if (last) {
                return;
            }
        }
    }

    private void answer(Socket client, boolean head) throws IOException {
        waitIfSlow();
        String status = Mood.readFrom(moodFile) == Mood.FAILING ? "500 Broken" : "200 OK";
        String text = "HTTP/1.1 " + status + "\r\nX-Backend: " + name + "\r\nContent-Length: 3\r\n\r\n" + (head ? "" : "ok\n");
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** A slow server is slow with what it has begun even if it recovers meanwhile. */
    private void waitIfSlow() throws IOException {
        if (Mood.readFrom(moodFile) == Mood.SLOW) {
            long untilNanos = System.nanoTime() + Mood.SLOW_NANOS;
            for (long leftNanos = Mood.SLOW_NANOS; leftNanos > 0; leftNanos = untilNanos - System.nanoTime()) {
                LockSupport.parkNanos(leftNanos);
            }
        }
    }
}
