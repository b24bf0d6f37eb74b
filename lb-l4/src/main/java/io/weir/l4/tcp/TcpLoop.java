package io.weir.l4.tcp;

import io.weir.core.health.EvidenceSink;
import io.weir.core.snapshot.LoopState;
import io.weir.core.snapshot.PickSequence;
import io.weir.net.session.SessionSink;
import io.weir.net.session.SessionTable;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What all listeners of layer 4 share on one loop. Confined to it. */
public final class TcpLoop {
    /** Pick sequences kept for reuse: as many as connections are commonly being dialled at once. */
    private static final int SPARE_SEQUENCES = 256;

    private final LoopState state;

    private final EvidenceSink evidence;

    private final SessionTable sessions;

    private final @Nullable SessionSink log;

    private final ArrayDeque<PickSequence> spareSequences = new ArrayDeque<>();

    public TcpLoop(LoopState state, EvidenceSink evidence, SessionTable sessions, @Nullable SessionSink log) {
        this.state = state;
        this.evidence = evidence;
        this.sessions = sessions;
        this.log = log;
    }

    public SessionTable sessions() {
        return sessions;
    }

    /** Takes note of sessions that have ended; null: nobody does. */
    @Nullable
    public SessionSink log() {
        return log;
    }

    public LoopState state() {
        return state;
    }

    public EvidenceSink evidence() {
        return evidence;
    }

    /** A sequence for one connection's dialling; give it back when that is over. */
    public PickSequence takeSequence() {
        PickSequence spare = spareSequences.poll();
        return spare == null ? new PickSequence() : spare;
    }

    public void giveBack(PickSequence sequence) {
        sequence.clear();
        if (spareSequences.size() < SPARE_SEQUENCES) {
            spareSequences.push(sequence);
        }
    }
}
