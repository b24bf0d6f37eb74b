package io.weir.cli.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts a stream of server-sent events (HTML standard, 9.2.6) into their data. Confined to one thread. */
final class EventLines {
    private static final int LINE_BYTES = 1024 * 1024;

    private final Consumer<String> onEvent;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();

    EventLines(Consumer<String> onEvent) {
        this.onEvent = onEvent;
    }

    /** False at the end of the stream, which is an empty piece. */
    boolean accept(byte[] piece) throws IOException {
        for (byte octet : piece) {
            if (octet == '\n') {
                endLine();
            } else if (line.size() + data.length() < LINE_BYTES) {
                line.write(octet);
            } else {
                throw new IOException("an event is longer than " + LINE_BYTES + " bytes");
            }
        }
        return piece.length > 0;
    }

    private void endLine() {
        String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
        line.reset();
        if (text.isEmpty()) {
            endEvent();
        } else if (text.startsWith("data:")) {
            data.append(data.isEmpty() ? "" : "\n").append(text.substring(5).stripLeading());
        }
    }

    private void endEvent() {
        if (!data.isEmpty()) {
            onEvent.accept(data.toString());
            data.setLength(0);
        }
    }
}
