package io.weir.daemon.admin;

import io.weir.core.model.Listener;
import io.weir.core.model.Offload;
import io.weir.net.Transport;
import java.util.Locale;

/**
 * How a TCP listener's bytes are moved.
 *
 * @param configured {@code auto}, {@code splice} or {@code off}
 * @param inForce {@code splice} or {@code copy}
 * @param cause why they are all copied; empty if they are not
 */
record OffloadRow(String configured, String inForce, String cause, long bytesSpliced) {
    private static final String COPY = "copy";

    static OffloadRow of(Listener.Tcp listener, Transport transport, long bytesSpliced) {
        String configured = listener.offload().name().toLowerCase(Locale.ROOT);
        if (listener.offload() == Offload.OFF) {
            return new OffloadRow(configured, COPY, "offload is off", bytesSpliced);
        }
        return transport.splices()
                ? new OffloadRow(configured, "splice", "", bytesSpliced)
                : new OffloadRow(configured, COPY, "the transport, " + transport.text() + ", does not splice", bytesSpliced);
    }
}
