package io.weir.daemon;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the admin API, a connection a request. Any thread may call it. */
record ApiClient(SocketAddress address) {
    private static final String YAML = "application/yaml";
    private static final String JSON = "application/json";

    static ApiClient of(Path socket) {
        return new ApiClient(UnixDomainSocketAddress.of(socket));
    }

    /** An answer; field names as they came, which is lower case. */
    record Answer(int status, List<String> fields, String body) {
        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }

        String field(String name) {
            return fields.stream().filter(f -> f.startsWith(name + ": ")).map(f -> f.substring(name.length() + 2)).findFirst().orElse("");
        }

        long revision() {
            return json().path("revision").asLong(-1);
        }
    }

    Answer get(String path, String... fields) {
        return send("GET", path, "", fields);
    }

    Answer putYaml(String path, String yaml, String... fields) {
        return send("PUT", path, yaml, with(YAML, fields));
    }

    Answer put(String path, String json, String... fields) {
        return send("PUT", path, json, with(JSON, fields));
    }

    Answer patch(String path, String json, String... fields) {
        return send("PATCH", path, json, with("application/merge-patch+json", fields));
    }

    Answer delete(String path, String... fields) {
        return send("DELETE", path, "", fields);
    }

    Answer post(String path, String... fields) {
        return send("POST", path, "", fields);
    }

    Answer postJson(String path, String json, String... fields) {
        return send("POST", path, json, with(JSON, fields));
    }

    private static String[] with(String type, String[] fields) {
        String[] all = new String[fields.length + 1];
        all[0] = "Content-Type: " + type;
        System.arraycopy(fields, 0, all, 1, fields.length);
        return all;
    }

    Answer send(String method, String path, String body, String... fields) {
        try (SocketChannel channel = SocketChannel.open(address)) {
            try {
                write(channel, method, path, body, fields);
            } catch (IOException _) {
                // refused before all of it was read; the answer says why
            }
            var received = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
            while (channel.read(buffer) >= 0) {
                received.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
            return answer(received.toString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path + ": " + e.getMessage(), e);
        }
    }

    static void write(SocketChannel channel, String method, String path, String body, String... fields) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + bytes.length + "\r\n"
                + String.join("", List.of(fields).stream().map(f -> f + "\r\n").toList()) + "\r\n";
        ByteBuffer out = ByteBuffer.wrap((head + body).getBytes(StandardCharsets.UTF_8));
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    private static Answer answer(String text) throws IOException {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IOException("no answer, only '" + text + "'");
        }
        List<String> lines = text.substring(0, end).lines().toList();
        return new Answer(Integer.parseInt(lines.getFirst().split(" ", -1)[1]), lines.subList(1, lines.size()), text.substring(end + 4));
    }
}
