package io.weir.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The sockets that listen on one address, in whichever processes (SO_REUSEPORT, socket(7)): the kernel numbers them in the order in which they
 * began to listen, and moves the last one to the place of one that is closed. Any thread.
 */
final class ReuseportGroup {
    private static final int SO_ATTACH_REUSEPORT_CBPF = 51;
    private static final int SO_DETACH_REUSEPORT_BPF = 68;

    /** struct sock_filter: the one instruction "return K". */
    private static final short BPF_RET_K = 0x06;
    private static final long FILTER_BYTES = 8;
    private static final long FILTER_VALUE = 4;
    /** struct sock_fprog. */
    private static final long PROGRAM_BYTES = 16;
    private static final long PROGRAM_FILTER = 8;

    private ReuseportGroup() {
    }

    /** Lets the socket with this number get all new connections; while there is none, all sockets get their share. */
    static void steerTo(int index, int member) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filter = arena.allocate(FILTER_BYTES, Integer.BYTES);
            filter.set(JAVA_SHORT, 0, BPF_RET_K);
            filter.set(JAVA_INT, FILTER_VALUE, index);
            MemorySegment program = arena.allocate(PROGRAM_BYTES, Long.BYTES);
            program.set(JAVA_SHORT, 0, (short) 1);
            program.set(JAVA_LONG, PROGRAM_FILTER, filter.address());
            UnixCalls.setOption(member, SO_ATTACH_REUSEPORT_CBPF, program);
        }
    }

    /** Lets all get their share again. */
    static void spread(int member) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            UnixCalls.setOption(member, SO_DETACH_REUSEPORT_BPF, arena.allocate(Integer.BYTES, Integer.BYTES));
        }
    }
}
