package io.weir.l4.listener;

import io.weir.l4.tcp.HandshakeFailure;
import java.util.Map;

/**
 * What has become of the handshakes of a listener's clients, summed over all loops.
 *
 * @param full from scratch; with TLS passed through: clients whose server name was read
 * @param resumed that took up an earlier session
 * @param atLimit clients refused because as many handshakes as allowed were under way
 */
public record TlsListenerStatus(long full, long resumed, long atLimit, Map<HandshakeFailure, Long> failed) {
    public TlsListenerStatus {
        failed = Map.copyOf(failed);
    }
}
