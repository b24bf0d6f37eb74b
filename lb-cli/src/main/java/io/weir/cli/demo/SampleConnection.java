package io.weir.cli.demo;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A keep-alive HTTP/1.1 connection to a sample backend. It trusts the load balancer before it to have judged the framing. Confined to one
 * thread.
 */
final class SampleConnection {
    private static final int LINE_BYTES = 64 * 1024;
    private static final int FIELDS = 1_000;
    private static final Duration IDLE = Duration.ofSeconds(75);
    private static final Pattern DELAY = Pattern.compile("[?&]delay=([0-9]{1,5})(?:&|$)");
    private static final List<String> TOLD = List.of("host", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port");

    private final String name;
    private final Socket socket;

    SampleConnection(String name, Socket socket) {
        this.name = name;
        this.socket = socket;
    }

    /** One request: its first line and its fields. */
    private record Request(String method, String target, List<String> fields) {
        Optional<String> field(String lowerCaseName) {
            return fields.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(lowerCaseName + ":"))
                .map(line -> line.substring(lowerCaseName.length() + 1).strip())
                .findFirst();
        }

        boolean says(String lowerCaseName, String word) {
            return field(lowerCaseName).map(value -> value.toLowerCase(Locale.ROOT).contains(word)).orElse(false);
        }
    }

    /** Answers until the client closes. */
    void serve() {
        try (socket; var input = new BufferedInputStream(socket.getInputStream())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) IDLE.toMillis());
            boolean more = true;
            while (more) {
                Request request = head(input);
                if (request.says("expect", "100-continue")) {
                    write("HTTP/1.1 100 Continue\r\n\r\n");
                }
                long received = request.says("transfer-encoding", "chunked") ? skipChunks(input) : skip(input, length(request));
                delay(request);
                more = !request.says("connection", "close");
                answer(request, received, more);
            }
        } catch (IOException _) {
            // the client went away, or idled too long
        }
    }

    private void answer(Request request, long received, boolean more) throws IOException {
        String body = body(request, received);
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\nX-Backend: " + name + "\r\n" + (more ? "" : "Connection: close\r\n")
                + "\r\n";
        write(request.method().equals("HEAD") ? head : head + body);
    }

    private String body(Request request, long received) {
        if (request.target().equals("/healthz")) {
            return "ok\n";
        }
        var body = new StringBuilder("backend ").append(name).append('\n');
        body.append(request.method()).append(' ').append(request.target()).append('\n');
        request.fields()
            .stream()
            .filter(line -> TOLD.stream().anyMatch(told -> line.toLowerCase(Locale.ROOT).startsWith(told + ":")))
            .forEach(line -> body.append(line).append('\n'));
        return received == 0 ? body.toString() : body.append(received).append(" bytes received\n").toString();
    }

    private void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code ?delay=250} answers that many milliseconds later. */
    private static void delay(Request request) {
        Matcher delay = DELAY.matcher(request.target());
        if (delay.find()) {
            LockSupport.parkNanos(Duration.ofMillis(Long.parseLong(delay.group(1))).toNanos());
        }
    }

    private static Request head(InputStream input) throws IOException {
        String[] first = line(input).split(" ", 3);
        if (first.length != 3) {
            throw new IOException("no request line");
        }
        var fields = new ArrayList<String>();
        for (String field = line(input); !field.isEmpty(); field = line(input)) {
            if (fields.size() == FIELDS) {
                throw new IOException("more than " + FIELDS + " fields");
            }
            fields.add(field);
        }
        return new Request(first[0], first[1], fields);
    }

    private static long length(Request request) throws IOException {
        try {
            return Long.parseUnsignedLong(request.field("content-length").orElse("0"));
        } catch (NumberFormatException e) {
            throw new IOException(e);
        }
    }

    private static long skipChunks(InputStream input) throws IOException {
        long received = 0;
        for (long size = chunkSize(input); size > 0; size = chunkSize(input)) {
            received += skip(input, size);
            line(input);
        }
        while (!line(input).isEmpty()) {
            // a trailer
        }
        return received;
    }

    private static long chunkSize(InputStream input) throws IOException {
        try {
            return Long.parseUnsignedLong(line(input).split(";", 2)[0].strip(), 16);
        } catch (NumberFormatException e) {
            throw new IOException(e);
        }
    }

    private static long skip(InputStream input, long count) throws IOException {
        input.skipNBytes(count);
        return count;
    }

    private static String line(InputStream input) throws IOException {
        var line = new StringBuilder();
        for (int octet = input.read(); octet != '\n'; octet = input.read()) {
            if (octet < 0 || line.length() == LINE_BYTES) {
                throw new EOFException();
            }
            line.append((char) octet);
        }
        return line.toString().stripTrailing();
    }
}
