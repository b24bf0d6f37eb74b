package io.weir.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds what the kernel keeps for a bulk direction whose receiver does not keep up. Left alone, it lets both sockets grow to
 * what tcp_rmem and tcp_wmem allow, tens of MB, while the first bytes rush through, and they stay so. Any thread.
 *
 * <p>To the receiver, no more than {@link #UNSENT_BYTES} wait that were not sent yet; what is on its way is not bounded, and
 * so neither is the speed. From a backend that is near, no more is received than what a fast network needs; one that is
 * far away needs more, and is left to the kernel, like clients.
 */
final class BulkBuffers {
    static final int UNSENT_BYTES = 1 << 20;

    /** For the nearest. The kernel grants twice as much, and so the sender goes on while a direction gathers. */
    static final int LEAST_BYTES = BulkBurst.ENOUGH_BYTES;

    static final int MOST_BYTES = 4 << 20;

    /** 10 Gbit/s, and as much again for what the kernel counts beside the bytes. */
    private static final int BYTES_PER_MICROSECOND = 2_500;

    private static final Logger LOG = LoggerFactory.getLogger(BulkBuffers.class);

    /** What SO_RCVBUF grants to everybody: socket(7), rmem_max. */
    private static final int GRANTED_BYTES = granted();

    private BulkBuffers() {
    }

    private static int granted() {
        try {
            return Integer.parseInt(Files.readString(Path.of("/proc/sys/net/core/rmem_max")).strip());
        } catch (IOException | NumberFormatException hidden) {
            LOG.debug("net.core.rmem_max is not known", hidden);
            return 0;
        }
    }

    /** Sets them, once for a direction. Options that fail, for want of rights, leave the kernel's own bounds. */
    static void bound(SocketCalls calls, Splicer.Direction direction) {
        calls.unsentAtMost(direction.receiver(), UNSENT_BYTES);
        if (!direction.ofClient()) {
            int bytes = receiveBytes(calls.roundTripMicros(direction.sender()));
            if (bytes > 0) {
                calls.receiveBuffer(direction.sender(), bytes, bytes <= GRANTED_BYTES);
            }
        }
    }

    /** What a backend that is so far away needs, or 0 if the kernel shall decide. */
    static int receiveBytes(int roundTripMicros) {
        long needed = Math.max(LEAST_BYTES, (long) roundTripMicros * BYTES_PER_MICROSECOND);
        return roundTripMicros < 0 || needed > MOST_BYTES ? 0 : (int) needed;
    }
}
