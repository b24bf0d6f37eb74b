package io.weir.daemon.control;

import io.weir.core.config.Problem;
import io.weir.core.config.TrafficResult;
import io.weir.core.model.Listener;
import io.weir.core.model.Offload;
import io.weir.net.Transport;
import java.util.List;

/** Finds listeners that demand what this node's transport cannot do, so that an edit is refused instead of silently not followed. Any thread. */
final class SpliceRights {
    private SpliceRights() {}

    static List<Problem> problems(TrafficResult.Accepted accepted, Transport transport) {
        if (transport.splices()) {
            return List.of();
        }
        return accepted.configuration()
            .listeners()
            .values()
            .stream()
            .filter(listener -> listener instanceof Listener.Tcp tcp && tcp.offload() == Offload.SPLICE)
            .map(listener -> accepted.document()
                .problem(List.of("listeners", listener.name(), "offload"), "splice",
                        "auto or off: the transport of this node, " + transport.text() + ", does not splice"))
            .toList();
    }
}
