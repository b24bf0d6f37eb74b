package io.weir.net;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * The descriptors that accepting leaves to what accepted connections need: backends, probes, the admin API, files. Any
 * thread may use it.
 *
 * <p>The kernel gives out the lowest free number, so that a number tells how many are in use.
 */
public final class DescriptorReserve {
    private static final int SHARE = 4;

    private static final long MOST = 1024;

    private static final long LIMIT = limit();

    private static final long FIRST = LIMIT - Math.min(LIMIT / SHARE, MOST);

    private DescriptorReserve() {}

    private static long limit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    /** Why accepting pauses, for people. */
    static String cause() {
        return "of the " + LIMIT + " descriptors of this process, the last " + (LIMIT - FIRST)
                + " are kept for backends, probes and the admin API";
    }

    /** Whether this number is one of the reserve. */
    public static boolean holds(int descriptor) {
        return descriptor >= FIRST;
    }

    /** Whether the next descriptor would be taken from the reserve. Two system calls, and Netty's native library is loaded. */
    public static boolean isNext() {
        try {
            FileDescriptor next = FileDescriptor.from("/dev/null");
            try {
                return holds(next.intValue());
            } finally {
                next.close();
            }
        } catch (IOException none) {
            return true;
        }
    }
}
