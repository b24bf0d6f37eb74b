package io.weir.l7.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.weir.l7.h2.ErrorCode;
import io.weir.l7.h2.Frame;
import io.weir.l7.h2.FrameWriter;
import io.weir.l7.h2.Wire;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client of HTTP/2 that sends the frames that it is told to, and reads frames one after the other. For one thread. */
final class Http2Client implements Closeable {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    /** What came on one stream so far. */
    static final class Answer {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private @Nullable Http2Headers head;
        private int interim;
        private boolean ended;
        private int reset = -1;

        int status() {
            return head == null ? 0 : Integer.parseInt(head.status().toString());
        }

        @Nullable
        String field(String name) {
            CharSequence value = head == null ? null : head.get(name);
            return value == null ? null : value.toString();
        }

        int interim() {
            return interim;
        }

        boolean ended() {
            return ended;
        }

        /** The number in a RST_STREAM, or -1. */
        int reset() {
            return reset;
        }

        byte[] bytes() {
            return body.toByteArray();
        }

        String body() {
            return body.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final Wire wire = new Wire();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true, 64 * 1024);
    private final Map<Integer, Answer> answers = new HashMap<>();
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private boolean opensWindows = true;
    private int nextId = 1;
    private int goAway = -1;
    private int goAwayLast = -1;
    private int pingsAnswered;
    private final Map<Integer, Long> allowed = new HashMap<>();

    private Http2Client(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 65_536));
    }

    /** Connects and sends preface and settings: number, value. */
    static Http2Client to(InetSocketAddress address, int... settings) {
        try {
            Socket socket = new Socket();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(address);
            ByteBuf payload = Unpooled.buffer();
            for (int i = 0; i < settings.length; i += 2) {
                payload.writeShort(settings[i]).writeInt(settings[i + 1]);
            }
            return new Http2Client(socket).bytes(PREFACE).frame(Frame.SETTINGS, 0, 0, ByteBufUtil.getBytes(payload));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** No window is opened for what comes from now on. */
    Http2Client withoutWindows() {
        opensWindows = false;
        return this;
    }

    Http2Client bytes(byte... bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Http2Client frame(int type, int flags, int stream, byte... payload) {
        return bytes(ByteBufUtil.getBytes(Wire.frame(type, flags, stream, payload)));
    }

    Http2Client windowUpdate(int stream, int count) {
        ByteBuf out = Unpooled.buffer();
        FrameWriter.windowUpdate(out, stream, count);
        return bytes(ByteBufUtil.getBytes(out));
    }

    Http2Client reset(int stream) {
        ByteBuf out = Unpooled.buffer();
        FrameWriter.reset(out, stream, ErrorCode.CANCEL);
        return bytes(ByteBufUtil.getBytes(out));
    }

    /** Asks, with a body to come, and answers the stream's number. */
    int begin(String method, String path, String... fields) {
        return head(0, method, path, fields);
    }

    /** Asks without a body. */
    int ask(String method, String path, String... fields) {
        return head(Frame.END_STREAM, method, path, fields);
    }

    private int head(int flags, String method, String path, String... fields) {
        String[] all = new String[8 + fields.length];
        System.arraycopy(new String[] {":method", method, ":scheme", "http", ":path", path, ":authority", "a.example"}, 0, all, 0, 8);
        System.arraycopy(fields, 0, all, 8, fields.length);
        return block(flags, wire.block(all));
    }

    int block(int flags, byte... headerBlock) {
        int id = nextId;
        nextId += 2;
        frame(Frame.HEADERS, flags | Frame.END_HEADERS, id, headerBlock);
        return id;
    }

    Http2Client data(int stream, boolean ends, byte... part) {
        return frame(Frame.DATA, ends ? Frame.END_STREAM : 0, stream, part);
    }

    /** A whole request without a body, and its answer. */
    Answer get(String path, String... fields) {
        return answer(ask("GET", path, fields));
    }

    /** Reads until the stream is over. */
    Answer answer(int stream) {
        Answer answer = of(stream);
        while (!answer.ended && answer.reset < 0 && read()) {
            // the frame was taken in
        }
        return answer;
    }

    /** What has come on a stream. */
    Answer of(int stream) {
        return answers.computeIfAbsent(stream, _ -> new Answer());
    }

    /** Reads until the connection ends, and answers the number in the last GOAWAY, or -1. */
    int goodbye() {
        while (read()) {
            // the frame was taken in
        }
        return goAway;
    }

    /** Reads until a GOAWAY came, and answers its last stream. */
    int goAwayLast() {
        goAway = -1;
        while (goAway < 0 && read()) {
            // the frame was taken in
        }
        return goAwayLast;
    }

    /** Bytes that the window of a stream, or of the connection (0), allows to be sent in all. */
    long allowed(int stream) {
        return allowed.getOrDefault(stream, 65_535L);
    }

    int pingsAnswered() {
        return pingsAnswered;
    }

    /** Takes in one frame; false at the end. */
    boolean read() {
        try {
            int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = new byte[length];
            in.readFully(payload);
            take(type, flags, stream, Unpooled.wrappedBuffer(payload));
            return true;
        } catch (EOFException end) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        }
    }

    private void take(int type, int flags, int stream, ByteBuf payload) throws Http2Exception {
        switch (type) {
            case Frame.DATA -> data(flags, stream, payload);
            case Frame.HEADERS, Frame.CONTINUATION -> {
                block.writeBytes(ByteBufUtil.getBytes(payload));
                of(stream).ended |= (flags & Frame.END_STREAM) != 0;
                if ((flags & Frame.END_HEADERS) != 0) {
                    Http2Headers head = decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(block.toByteArray()));
                    block.reset();
                    if (head.status().charAt(0) == '1') {
                        of(stream).interim++;
                    } else {
                        of(stream).head = head;
                    }
                }
            }
            case Frame.RST_STREAM -> of(stream).reset = payload.readInt();
            case Frame.SETTINGS -> {
                if ((flags & Frame.ACK) == 0) {
                    frame(Frame.SETTINGS, Frame.ACK, 0);
                }
            }
            case Frame.PING -> {
                if ((flags & Frame.ACK) == 0) {
                    frame(Frame.PING, Frame.ACK, 0, ByteBufUtil.getBytes(payload));
                } else {
                    pingsAnswered++;
                }
            }
            case Frame.GOAWAY -> {
                goAwayLast = payload.readInt();
                goAway = payload.readInt();
            }
            case Frame.WINDOW_UPDATE -> allowed.put(stream, allowed(stream) + payload.readInt());
            default -> throw new AssertionError("frame of type " + type);
        }
    }

    private void data(int flags, int stream, ByteBuf payload) {
        int count = payload.readableBytes();
        of(stream).body.writeBytes(ByteBufUtil.getBytes(payload));
        of(stream).ended |= (flags & Frame.END_STREAM) != 0;
        if (opensWindows && count > 0) {
            windowUpdate(0, count);
            windowUpdate(stream, count);
        }
    }

    Http2Client endOutput() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
