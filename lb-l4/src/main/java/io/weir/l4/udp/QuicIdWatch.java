package io.weir.l4.udp;

import io.weir.core.affinity.AffinityKey;
import io.weir.core.affinity.AffinityTable;
import io.weir.core.affinity.Target;
import io.weir.core.model.ByteRange;
import java.lang.foreign.MemorySegment;

/**
 * Learns which connection ids a backend gives out while it shakes hands with one client: from then on the client's datagrams bear the backend's id, which
 * says nothing of the hash that the client's first one had, and when the client's address changes that id is all that tells whose they are. Confined to the flow's loop.
 */
final class QuicIdWatch {
    /** Beyond any handshake; a flow that goes on like this is none. */
    private static final int MOST_ANSWERS = 16;

    private final AffinityTable table;

    private final ByteRange bytes;

    private int answers;

    QuicIdWatch(AffinityTable table, ByteRange bytes) {
        this.table = table;
        this.bytes = bytes;
    }

    /** Looks at an answer; false: the handshake is over, and there is nothing more to learn. */
    boolean learn(MemorySegment answer, Target from) {
        if (!QuicId.hasLongHeader(answer) || ++answers > MOST_ANSWERS) {
            return false;
        }
        AffinityKey id = QuicId.source(answer, bytes);
        if (id != null && !from.equals(table.peek(id))) {
            table.put(id, from);
        }
        return true;
    }
}
