package io.weir.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.config.Problem;
import io.weir.core.config.TrafficFile;
import io.weir.core.config.TrafficResult;
import io.weir.net.Transport;
import org.junit.jupiter.api.Test;

class SpliceRightsTest {
    private static final TrafficResult.Accepted ASKED = (TrafficResult.Accepted) TrafficFile.parse("weir.yaml", """
            version: 1
            pools: {p: {}}
            listeners:
              demands: {protocol: tcp, bind: ":1", pool: p, offload: splice}
              leaves: {protocol: tcp, bind: ":2", pool: p}
              copies: {protocol: tcp, bind: ":3", pool: p, offload: off}
            """);

    @Test
    void whoDemandsSpliceIsRefusedOnATransportWithoutIt() {
        assertThat(SpliceRights.problems(ASKED, Transport.NIO)).extracting(Problem::message)
            .containsExactly("weir.yaml:4:58: listeners.demands.offload: splice, "
                    + "want auto or off: the transport of this node, nio, does not splice");
    }

    @Test
    void onATransportWithItNobodyIs() {
        assertThat(SpliceRights.problems(ASKED, Transport.EPOLL)).isEmpty();
    }
}
