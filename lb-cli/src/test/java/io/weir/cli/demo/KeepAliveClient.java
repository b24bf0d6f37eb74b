package io.weir.cli.demo;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One HTTP/1.1 connection that is used again for as long as the other side lets it. Confined to one thread at a time. */
final class KeepAliveClient implements AutoCloseable {
    private static final int LIMIT_MILLIS = 10_000;
    private static final int LINE_BYTES = 8 * 1024;

    private final Socket socket;
    private final InputStream input;
    private boolean reusable = true;

    private KeepAliveClient(Socket socket) throws IOException {
        this.socket = socket;
        this.input = new BufferedInputStream(socket.getInputStream());
    }

    /** A whole answer: its status, and its X-Backend or an empty text. */
    record Answer(int status, String backend) {}

    static KeepAliveClient connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(LIMIT_MILLIS);
            return new KeepAliveClient(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Whether another request may follow. */
    boolean reusable() {
        return reusable;
    }

    Answer get(String target) throws IOException {
        socket.getOutputStream().write(("GET " + target + " HTTP/1.1\r\nHost: drill\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        String first = line();
        int length = -1;
        String backend = "";
        for (String field = line(); !field.isEmpty(); field = line()) {
            int colon = field.indexOf(':');
            String value = field.substring(colon + 1).strip();
            switch (field.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = Integer.parseInt(value);
                case "x-backend" -> backend = value;
                case "connection" -> reusable = !value.equalsIgnoreCase("close");
                default -> {
                    // of no interest
                }
            }
        }
        if (length < 0) {
            throw new IOException("no length in the answer '" + first + "'");
        }
        input.skipNBytes(length);
        return new Answer(Integer.parseInt(first.split(" ", 3)[1]), backend);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // it is of no more use either way
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int octet = input.read(); octet != '\n'; octet = input.read()) {
            if (octet < 0 || line.length() == LINE_BYTES) {
                throw new EOFException("the connection ended after '" + line + "'");
            }
            line.append((char) octet);
        }
        return line.toString().stripTrailing();
    }
}
