package io.weir.cli.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;

/** The body of one answer, piece by piece, whatever frames it. Confined to one thread. */
final class BodyReader {
    private static final int LINE_BYTES = 4 * 1024;
    private static final int PIECE_BYTES = 64 * 1024;
    private static final long UNTIL_CLOSE = -1;

    private final DeadlineChannel channel;
    private final boolean chunked;
    /** Bytes left of the chunk or of the whole body. */
    private long left;
    private boolean ended;

    BodyReader(DeadlineChannel channel, HttpHead head) throws IOException {
        this.channel = channel;
        this.chunked = head.chunked();
        this.left = chunked ? 0 : length(head);
        this.ended = head.status() == 204 || head.status() == 304 || (!chunked && left == 0);
    }

    /** The next bytes as they arrive; empty at the end of the body. */
    byte[] next() throws IOException {
        if (chunked && left == 0 && !ended) {
            startChunk();
        }
        if (ended) {
            return new byte[0];
        }
        byte[] piece = channel.read(left == UNTIL_CLOSE ? PIECE_BYTES : (int) Math.min(PIECE_BYTES, left));
        if (left == UNTIL_CLOSE) {
            ended = piece.length == 0;
        } else {
            consume(piece.length);
        }
        return piece;
    }

    /** All that is left, at most {@code limit} bytes. */
    byte[] all(int limit) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (byte[] piece = next(); piece.length > 0; piece = next()) {
            if (bytes.size() + piece.length > limit) {
                throw new IOException("the answer is longer than " + limit + " bytes");
            }
            bytes.writeBytes(piece);
        }
        return bytes.toByteArray();
    }

    private void consume(int count) throws IOException {
        if (count == 0) {
            throw new EOFException("the daemon closed the connection in the middle of an answer");
        }
        left -= count;
        if (left == 0 && chunked) {
            line();
        }
        ended = left == 0 && !chunked;
    }

    private void startChunk() throws IOException {
        String size = line().split(";", 2)[0].strip();
        try {
            left = Long.parseLong(size, 16);
        } catch (NumberFormatException e) {
            throw new IOException("the answer has a chunk of size '" + size + "', want a hexadecimal number", e);
        }
        if (left == 0) {
            ended = true;
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int octet = channel.read(); octet != '\n'; octet = channel.read()) {
            if (octet < 0 || line.length() == LINE_BYTES) {
                throw new EOFException("the answer ends in the middle of a chunk");
            }
            line.append((char) octet);
        }
        return line.toString().strip();
    }

    private static long length(HttpHead head) throws IOException {
        String length = head.field("content-length");
        try {
            return length.isEmpty() ? UNTIL_CLOSE : Long.parseUnsignedLong(length);
        } catch (NumberFormatException e) {
            throw new IOException("the answer has Content-Length '" + length + "', want a number", e);
        }
    }
}
