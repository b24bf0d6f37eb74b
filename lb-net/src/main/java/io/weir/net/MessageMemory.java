package io.weir.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;

/**
 * Memory for one struct msghdr with one buffer and room for one descriptor, as sendmsg(2) and cmsg(3) lay it out on 64 bit. Confined to
 * who made it.
 */
final class MessageMemory {
    private static final int SCM_RIGHTS = 1;

    /** msg_name, msg_namelen, msg_iov, msg_iovlen, msg_control, msg_controllen, msg_flags. */
    private static final long HEADER_BYTES = 56;
    private static final long VECTOR_AT = 16;
    private static final long VECTORS_AT = 24;
    private static final long CONTROL_AT = 32;
    private static final long CONTROL_BYTES_AT = 40;
    private static final long FLAGS_AT = 48;

    /** cmsg_len, cmsg_level, cmsg_type, and the descriptor with its padding. */
    private static final long CONTROL_BYTES = 24;
    private static final long ONE_DESCRIPTOR = 20;
    private static final long LEVEL_AT = 8;
    private static final long TYPE_AT = 12;
    private static final long DESCRIPTOR_AT = 16;

    private final MemorySegment header;
    private final MemorySegment control;
    private final MemorySegment bytes;

    MessageMemory(Arena arena, int size) {
        header = arena.allocate(HEADER_BYTES, Long.BYTES);
        control = arena.allocate(CONTROL_BYTES, Long.BYTES);
        bytes = arena.allocate(size, Long.BYTES);
        MemorySegment vector = arena.allocate(2L * Long.BYTES, Long.BYTES);
        vector.set(JAVA_LONG, 0, bytes.address());
        vector.set(JAVA_LONG, Long.BYTES, size);
        header.set(JAVA_LONG, VECTOR_AT, vector.address());
        header.set(JAVA_LONG, VECTORS_AT, 1);
    }

    MemorySegment header() {
        return header;
    }

    MemorySegment bytes() {
        return bytes;
    }

    /** Passes this descriptor with the message. */
    void pass(int descriptor) {
        control.set(JAVA_LONG, 0, ONE_DESCRIPTOR);
        control.set(JAVA_INT, LEVEL_AT, UnixCalls.SOL_SOCKET);
        control.set(JAVA_INT, TYPE_AT, SCM_RIGHTS);
        control.set(JAVA_INT, DESCRIPTOR_AT, descriptor);
        expectDescriptor();
    }

    /** Leaves room for one. */
    void expectDescriptor() {
        header.set(JAVA_LONG, CONTROL_AT, control.address());
        header.set(JAVA_LONG, CONTROL_BYTES_AT, CONTROL_BYTES);
    }

    /** The descriptor that came, if one did. */
    OptionalInt passed() {
        boolean came = header.get(JAVA_LONG, CONTROL_BYTES_AT) >= ONE_DESCRIPTOR && control.get(JAVA_LONG, 0) >= ONE_DESCRIPTOR
                && control.get(JAVA_INT, LEVEL_AT) == UnixCalls.SOL_SOCKET && control.get(JAVA_INT, TYPE_AT) == SCM_RIGHTS;
        return came ? OptionalInt.of(control.get(JAVA_INT, DESCRIPTOR_AT)) : OptionalInt.empty();
    }

    int flags() {
        return header.get(JAVA_INT, FLAGS_AT);
    }
}
