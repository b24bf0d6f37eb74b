package io.weir.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The kernel's calls for pipes for one loop, with the memory that they need; nothing is allocated per call. Confined to its
 * loop. Each call answers what the kernel answers, or the negative errno. Linux, 64 bit.
 */
final class PipeCalls {
    private static final int O_NONBLOCK = 0x800;

    private static final int O_CLOEXEC = 0x80000;

    private static final int F_SETPIPE_SZ = 1031;

    private static final int F_GETPIPE_SZ = 1032;

    private static final int SPLICE_F_MOVE = 1;

    private static final int SPLICE_F_NONBLOCK = 2;

    private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();

    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle PIPE2 = call("pipe2", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT));

    private static final MethodHandle FCNTL = call("fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
            Linker.Option.firstVariadicArg(2));

    private static final MethodHandle SPLICE = call("splice",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final MemorySegment callState;

    /** The int[2] of pipe(2). */
    private final MemorySegment ends;

    PipeCalls(Arena arena) {
        callState = arena.allocate(CALL_STATE);
        ends = arena.allocate(JAVA_INT, 2);
    }

    @SuppressWarnings("restricted") // the process grants itself native access on its command line
    private static MethodHandle call(String name, FunctionDescriptor signature, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        Linker.Option[] all = new Linker.Option[options.length + 1];
        all[0] = Linker.Option.captureCallState("errno");
        System.arraycopy(options, 0, all, 1, options.length);
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), signature, all);
    }

    /** Opens a pipe, non-blocking; {@link #readEnd} and {@link #writeEnd} tell its descriptors until the next one is opened. */
    int open() {
        try {
            return orErrno((int) PIPE2.invokeExact(callState, ends.address(), O_NONBLOCK | O_CLOEXEC));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    int readEnd() {
        return ends.getAtIndex(JAVA_INT, 0);
    }

    int writeEnd() {
        return ends.getAtIndex(JAVA_INT, 1);
    }

    /** Asks for so many bytes and answers how many it is; the kernel may not grant it: pipe(7), pipe-user-pages-soft. */
    int resize(int end, int bytes) {
        int granted = control(end, F_SETPIPE_SZ, bytes);
        return granted >= 0 ? granted : control(end, F_GETPIPE_SZ, 0);
    }

    private int control(int fd, int command, int argument) {
        try {
            return orErrno((int) FCNTL.invokeExact(callState, fd, command, argument));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Moves at most so many bytes from one descriptor to another, of which one is a pipe's; 0 is the end of the stream. */
    int splice(int from, int to, int bytes) {
        try {
            long moved = (long) SPLICE.invokeExact(callState, from, 0L, to, 0L, (long) bytes, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
            return moved >= 0 ? (int) moved : errno();
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    int close(int fd) {
        try {
            return orErrno((int) CLOSE.invokeExact(callState, fd));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private int orErrno(int result) {
        return result >= 0 ? result : errno();
    }

    private int errno() {
        return -(int) ERRNO.get(callState, 0L);
    }

    private static AssertionError broken(Throwable impossible) {
        return new AssertionError("a system call threw", impossible);
    }
}
