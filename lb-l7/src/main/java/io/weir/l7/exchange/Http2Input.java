package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.weir.l7.h2.ErrorCode;
import io.weir.l7.h2.FloodMeter.Kind;
import io.weir.l7.h2.Frame;
import io.weir.l7.h2.FrameReader;
import io.weir.l7.h2.FrameReader.Step;
import io.weir.l7.h2.FrameWriter;
import io.weir.l7.head.Ascii;
import io.weir.l7.head.MessageHead;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends on an HTTP/2 connection, frame by frame: requests begin streams, the rest goes to the stream or the
 * connection that it is about. Who breaks the protocol or floods it loses the connection. Confined to its loop.
 */
final class Http2Input {
    private static final byte[] PREFACE = Ascii.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    private static final byte[] REQUEST_LINE = Ascii.bytes("PRI * HTTP/2.0");
    private static final int MAX_UNSENT_ANSWERS = 1000;

    private final Http2Connection connection;
    private final Http2Output output;
    private final Http2Streams streams;
    private final Http2Faults faults;
    private final Http2Requests requests;
    private final FrameReader reader;

    private int prefaceRead;
    private boolean settingsSeen;
    private int unsentAnswers;
    private @Nullable Http2Stream uploading;

    Http2Input(Http2Connection connection, Http2Output output, Http2Streams streams, Door door) {
        this.connection = connection;
        this.output = output;
        this.streams = streams;
        this.faults = new Http2Faults(connection, streams);
        this.requests = new Http2Requests(connection, this, streams, faults, door);
        this.reader = new FrameReader(door.loop().allocator());
    }

    /** Whether a head that HTTP/1 does not know is how HTTP/2 begins (RFC 9113 3.3). */
    static boolean beginsIn(MessageHead head) {
        if (head.length() < REQUEST_LINE.length) {
            return false;
        }
        for (int i = 0; i < REQUEST_LINE.length; i++) {
            if (head.bytes()[i] != REQUEST_LINE[i]) {
                return false;
            }
        }
        return true;
    }

    /** Takes in what came, which is used up. */
    void take(ByteBuf in) {
        if (preface(in)) {
            Step step = reader.next(in);
            while (step == Step.FRAME && !connection.closing()) {
                frame();
                step = connection.closing() ? step : reader.next(in);
            }
            if (step == Step.FAULT) {
                connection.fail(reader.fault());
            }
        }
        in.release();
        passOn();
    }

    /** Whether a head, or the preface, has begun and not ended: that has a deadline, bodies have their own. */
    boolean midwayInHead() {
        return prefaceRead < PREFACE.length || reader.midwayInHead();
    }

    /** The client has read what it had not: it may be answered again. */
    void outputWritable() {
        unsentAnswers = 0;
    }

    /** A stream is over, whatever came for it in this turn. */
    void forget(Http2Stream stream) {
        if (uploading == stream) {
            uploading = null;
        }
    }

    /** Gives back what is held. */
    void close() {
        uploading = null;
        reader.close();
        requests.close();
    }

    private boolean preface(ByteBuf in) {
        while (prefaceRead < PREFACE.length && in.isReadable()) {
            if (in.readByte() != PREFACE[prefaceRead]) {
                connection.fail(ErrorCode.PROTOCOL_ERROR);
                return false;
            }
            prefaceRead++;
        }
        return prefaceRead == PREFACE.length;
    }

    private void frame() {
        if (!settingsSeen && reader.type() != Frame.SETTINGS) {
            connection.fail(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        switch (reader.type()) {
            case Frame.DATA -> data();
            case Frame.HEADERS -> requests.headers(reader);
            case Frame.CONTINUATION -> requests.continuation(reader);
            case Frame.RST_STREAM -> reset();
            case Frame.SETTINGS -> settings(reader.payload());
            case Frame.PING -> ping();
            case Frame.WINDOW_UPDATE -> windowUpdate(reader.payload().readInt() & Integer.MAX_VALUE);
            case Frame.PRIORITY -> faults.count(Kind.PRIORITY);
            case Frame.GOAWAY -> connection.goodbye().begin();
            default -> faults.count(Kind.UNKNOWN);
        }
    }

    private void data() {
        int id = reader.streamId();
        boolean ends = reader.last() && reader.has(Frame.END_STREAM);
        ByteBuf part = reader.payload();
        Http2Stream stream = streams.find(id);
        if (reader.first()) {
            faults.worked();
            if (part.readableBytes() == 0 && !ends && !faults.count(Kind.EMPTY_DATA)) {
                return;
            }
            if (!streams.took(reader.length())) {
                connection.fail(ErrorCode.FLOW_CONTROL_ERROR);
                return;
            }
            if (stream != null && !stream.receiveWindow().take(reader.length())) {
                faults.reset(stream, ErrorCode.FLOW_CONTROL_ERROR);
                stream = null;
            }
        }
        if (stream == null) {
            streams.allow(null, unread(part));
            if (reader.first()) {
                faults.unexpected(id);
            }
            return;
        }
        if (stream.requestRead()) {
            streams.allow(null, unread(part));
            faults.reset(stream, ErrorCode.STREAM_CLOSED);
            return;
        }
        if (reader.first()) {
            streams.allow(stream, reader.overhead());
        }
        upload(stream, part, ends);
    }

    /** What this part of a frame counts for the windows. */
    private int unread(ByteBuf part) {
        return part.readableBytes() + (reader.first() ? reader.overhead() : 0);
    }

    /** Part of a stream's body, or its end. */
    void upload(Http2Stream stream, ByteBuf part, boolean ends) {
        if (uploading != null && uploading.id() != stream.id()) {
            passOn();
        }
        uploading = stream;
        int count = part.readableBytes();
        ErrorCode wrong = stream.received(part, ends);
        if (wrong != ErrorCode.NO_ERROR) {
            streams.allow(null, count);
            faults.reset(stream, wrong);
        }
    }

    private void passOn() {
        Http2Stream stream = uploading;
        uploading = null;
        if (stream != null) {
            stream.passOn();
        }
    }

    private void reset() {
        int id = reader.streamId();
        if (id > streams.last()) {
            connection.fail(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        Http2Stream stream = streams.find(id);
        if (stream != null) {
            streams.end(stream, Cut.CLIENT_RESET);
        }
        faults.count(Kind.RESET);
    }

    private void settings(ByteBuf payload) {
        settingsSeen = true;
        if (reader.has(Frame.ACK) || !faults.count(Kind.SETTINGS)) {
            return;
        }
        ErrorCode fault = streams.apply(payload);
        if (fault != ErrorCode.NO_ERROR) {
            connection.fail(fault);
            return;
        }
        FrameWriter.settingsAck(output.room(Frame.HEADER_BYTES));
        answered();
        output.resume();
    }

    private void ping() {
        if (reader.has(Frame.ACK)) {
            connection.goodbye().heard();
        } else if (faults.count(Kind.PING)) {
            FrameWriter.pingAck(output.room(Frame.HEADER_BYTES + Long.BYTES), reader.payload());
            answered();
        }
    }

    /** A client that asks but does not read must not make answers pile up. */
    private void answered() {
        unsentAnswers = output.writable() ? 0 : unsentAnswers + 1;
        if (unsentAnswers > MAX_UNSENT_ANSWERS) {
            connection.flooded();
        }
    }

    private void windowUpdate(int bytes) {
        int id = reader.streamId();
        if (!faults.count(Kind.WINDOW_UPDATE)) {
            return;
        }
        Http2Stream stream = streams.find(id);
        if (id == 0 || stream == null) {
            if (id > streams.last() || (id == 0 && bytes == 0)) {
                connection.fail(ErrorCode.PROTOCOL_ERROR);
            } else if (id == 0 && !output.window().add(bytes)) {
                connection.fail(ErrorCode.FLOW_CONTROL_ERROR);
            }
        } else if (bytes == 0) {
            faults.reset(stream, ErrorCode.PROTOCOL_ERROR);
        } else if (!stream.window().add(bytes)) {
            faults.reset(stream, ErrorCode.FLOW_CONTROL_ERROR);
        }
        if (!connection.closing()) {
            output.resume();
        }
    }
}
