package io.weir.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The requests of one connection to a {@link RecordingBackend}, one after the other. Confined to the connection's thread. */
final class HttpConversation {
    private final InputStream in;
    private final OutputStream out;
    private final Socket connection;
    private final RecordingBackend backend;

    private HttpConversation(Socket connection, RecordingBackend backend) throws IOException {
        this.connection = connection;
        this.backend = backend;
        in = new BufferedInputStream(connection.getInputStream());
        out = connection.getOutputStream();
    }

    static void serve(Socket connection, RecordingBackend backend) throws IOException, InterruptedException {
        var conversation = new HttpConversation(connection, backend);
        boolean goesOn = true;
        while (goesOn) {
            RecordedRequest request = conversation.readRequest();
            goesOn = request != null && conversation.react(request);
        }
    }

    private boolean react(RecordedRequest request) throws IOException, InterruptedException {
        HttpAnswer answer = backend.answerTo(request);
        backend.sleepForDelay();
        return switch (backend.behaviour()) {
            case ANSWER -> {
                boolean lastOne = hasToken(request, "Connection", "close") || request.line().endsWith("HTTP/1.0");
                write(request, answer, lastOne);
                yield !lastOne;
            }
            case ANSWER_AND_CLOSE -> {
                write(request, answer, false);
                yield false;
            }
            case CLOSE -> false;
            case RESET -> {
                RecordingBackend.reset(connection);
                yield false;
            }
            case SILENT -> {
                in.transferTo(OutputStream.nullOutputStream());
                yield false;
            }
        };
    }

    private void write(RecordedRequest request, HttpAnswer answer, boolean lastOne) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.ISO_8859_1);
        var head = new StringBuilder("HTTP/1.1 " + answer.status() + " As-Asked\r\nX-Backend: " + backend.name() + "\r\n");
        answer.fields().forEach(field -> head.append(field).append("\r\n"));
        boolean bodiless = answer.status() == 204 || answer.status() == 304;
        if (!bodiless) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append(lastOne ? "Connection: close\r\n\r\n" : "\r\n");
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (!bodiless && !request.method().equals("HEAD")) {
            whole.writeBytes(body);
        }
        out.write(whole.toByteArray());
    }

    /** The next request, or null when the peer ended the connection before its first byte. */
    private @Nullable RecordedRequest readRequest() throws IOException {
        in.mark(1);
        if (in.read() < 0) {
            return null;
        }
        in.reset();
        String line = readLine();
        List<String> fields = new ArrayList<>();
        for (String field = readLine(); !field.isEmpty(); field = readLine()) {
            fields.add(field);
        }
        var bodiless = new RecordedRequest(line, fields, "");
        if (hasToken(bodiless, "Expect", "100-continue")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        }
        return new RecordedRequest(line, fields, readBody(bodiless));
    }

    private String readBody(RecordedRequest request) throws IOException {
        if (hasToken(request, "Transfer-Encoding", "chunked")) {
            return readChunks();
        }
        return readExactly(request.field("Content-Length").map(Integer::parseInt).orElse(0));
    }

    private String readChunks() throws IOException {
        var body = new StringBuilder();
        for (int length = readChunkLength(); length > 0; length = readChunkLength()) {
            body.append(readExactly(length));
            readLine();
        }
        while (!readLine().isEmpty()) {
            // trailer fields are not recorded
        }
        return body.toString();
    }

    private int readChunkLength() throws IOException {
        return Integer.parseInt(readLine().split(";", 2)[0].strip(), 16);
    }

    private String readExactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("body ended after " + bytes.length + " bytes, want " + length);
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private String readLine() throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("line ended after '" + line + "', want a line feed");
            }
            line.append((char) next);
        }
        if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
            line.setLength(line.length() - 1);
        }
        return line.toString();
    }

    private static boolean hasToken(RecordedRequest request, String field, String token) {
        return request.values(field).stream().anyMatch(value -> value.toLowerCase(Locale.ROOT).contains(token));
    }
}
