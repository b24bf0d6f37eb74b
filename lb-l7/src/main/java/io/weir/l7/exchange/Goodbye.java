package io.weir.l7.exchange;

import io.netty.buffer.ByteBuf;
import io.weir.l7.h2.ErrorCode;
import io.weir.l7.h2.Frame;
import io.weir.l7.h2.FrameWriter;
import io.weir.net.Deadline;
import java.time.Duration;

/**
 * How a connection ends without harm (RFC 9113 6.8): a GOAWAY for no stream yet, and a PING, so that the client opens no
 * more; when it has answered, a GOAWAY for what has come until then; then the close, when the last stream is over. Confined to its
 * connection's loop.
 */
final class Goodbye extends Deadline {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private enum State {
        OPEN,
        ANNOUNCED,
        SAID
    }

    private final Http2Connection connection;
    private State state = State.OPEN;
    private int lastServed;

    Goodbye(Http2Connection connection) {
        this.connection = connection;
    }

    /** Announces the end. */
    void begin() {
        if (state != State.OPEN) {
            return;
        }
        state = State.ANNOUNCED;
        ByteBuf out = connection.output().room(64);
        FrameWriter.goAway(out, Integer.MAX_VALUE, ErrorCode.NO_ERROR);
        FrameWriter.header(out, Long.BYTES, Frame.PING, 0, 0);
        out.writeLong(0);
        connection.door().loop().timers().schedule(this, PATIENCE);
    }

    /** The client has answered a PING. */
    void heard() {
        if (state == State.ANNOUNCED) {
            say();
        }
    }

    /** The client has ended its sending half: there is nothing to announce. */
    void leave() {
        if (state != State.SAID) {
            say();
        }
    }

    /** Whether a new stream came after the end. */
    boolean refuses(int id) {
        return state == State.SAID && id > lastServed;
    }

    /** No stream is open. */
    void idle() {
        if (state == State.SAID) {
            connection.finish();
        }
    }

    void end() {
        connection.door().loop().timers().cancel(this);
    }

    @Override
    protected void expired() {
        heard();
    }

    private void say() {
        end();
        state = State.SAID;
        lastServed = connection.streams().last();
        FrameWriter.goAway(connection.output().room(32), lastServed, ErrorCode.NO_ERROR);
        if (connection.streams().size() == 0) {
            connection.finish();
        }
    }
}
