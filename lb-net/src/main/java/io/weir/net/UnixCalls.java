package io.weir.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * The kernel's calls for unix sockets, off the hot path: each allocates what it needs and throws what fails. Any thread. Linux, 64 bit, as
 * {@link SocketCalls}.
 */
final class UnixCalls {
    static final int SOCK_DGRAM = 2;
    static final int SOCK_SEQPACKET = 5;
    static final int SOL_SOCKET = 1;

    /** sun_path of sockaddr_un, unix(7), less the closing zero. */
    static final int MAX_PATH_BYTES = 107;

    private static final int AF_UNIX = 1;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int PATH = 2;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int O_NONBLOCK = 0x800;

    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = SocketCalls.call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SOCKETPAIR = SocketCalls.call("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle BIND = SocketCalls.call("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CONNECT = SocketCalls.call("connect", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle LISTEN = SocketCalls.call("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle ACCEPT = SocketCalls.call("accept4", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SENDMSG = SocketCalls.call("sendmsg", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECVMSG = SocketCalls.call("recvmsg", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SHUTDOWN = SocketCalls.call("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = SocketCalls.call("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle GETEUID = SocketCalls.call("geteuid", JAVA_INT);
    private static final MethodHandle SETSOCKOPT = SocketCalls.call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG,
            JAVA_INT);
    private static final MethodHandle GETSOCKOPT = SocketCalls.call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG,
            JAVA_LONG);
    private static final MethodHandle FCNTL = fcntlHandle();

    private UnixCalls() {
    }

    /** A call with its arguments bound, which answers what the kernel does. */
    @FunctionalInterface
    private interface Call {
        long make(MemorySegment callState) throws Throwable;
    }

    @SuppressWarnings("restricted") // the process grants itself native access on its command line
    private static MethodHandle fcntlHandle() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow("fcntl"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2),
                Linker.Option.captureCallState("errno"));
    }

    static int socket(int type) throws IOException {
        return (int) checked("socket", state -> (int) SOCKET.invokeExact(state, AF_UNIX, type | SOCK_CLOEXEC, 0));
    }

    /** Two connected ones that keep messages apart. */
    static int[] pair() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment two = arena.allocate(2L * Integer.BYTES, Integer.BYTES);
            checked("socketpair", state -> (int) SOCKETPAIR.invokeExact(state, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, two.address()));
            return two.toArray(JAVA_INT);
        }
    }

    static void bind(int fd, String path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = address(arena, path);
            checked("bind", state -> (int) BIND.invokeExact(state, fd, address.address(), (int) address.byteSize()));
        }
    }

    static void connect(int fd, String path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = address(arena, path);
            checked("connect", state -> (int) CONNECT.invokeExact(state, fd, address.address(), (int) address.byteSize()));
        }
    }

    static void listen(int fd, int backlog) throws IOException {
        checked("listen", state -> (int) LISTEN.invokeExact(state, fd, backlog));
    }

    static int accept(int fd) throws IOException {
        return (int) checked("accept", state -> (int) ACCEPT.invokeExact(state, fd, 0L, 0L, SOCK_CLOEXEC));
    }

    static int send(int fd, MemorySegment message, int flags) throws IOException {
        return (int) checked("sendmsg", state -> (long) SENDMSG.invokeExact(state, fd, message.address(), flags));
    }

    static int receive(int fd, MemorySegment message, int flags) throws IOException {
        return (int) checked("recvmsg", state -> (long) RECVMSG.invokeExact(state, fd, message.address(), flags));
    }

    /** Ends both directions, so that a thread that waits in a call wakes up. */
    static void shutdown(int fd) throws IOException {
        checked("shutdown", state -> (int) SHUTDOWN.invokeExact(state, fd, 2));
    }

    static void close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            int _ = (int) CLOSE.invokeExact(arena.allocate(CALL_STATE), fd); // it is released whatever the answer
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    static void setOption(int fd, int name, MemorySegment value) throws IOException {
        checked("setsockopt",
                state -> (int) SETSOCKOPT.invokeExact(state, fd, SOL_SOCKET, name, value.address(), (int) value.byteSize()));
    }

    static void getOption(int fd, int name, MemorySegment value) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) value.byteSize());
            checked("getsockopt",
                    state -> (int) GETSOCKOPT.invokeExact(state, fd, SOL_SOCKET, name, value.address(), length.address()));
        }
    }

    /** Another descriptor of the same socket. */
    static int duplicate(int fd) throws IOException {
        return (int) checked("fcntl", state -> (int) FCNTL.invokeExact(state, fd, F_DUPFD_CLOEXEC, 0));
    }

    /** Of the open socket, in whichever processes have a descriptor of it. */
    static void setNonBlocking(int fd) throws IOException {
        int flags = (int) checked("fcntl", state -> (int) FCNTL.invokeExact(state, fd, F_GETFL, 0));
        if ((flags & O_NONBLOCK) == 0) {
            checked("fcntl", state -> (int) FCNTL.invokeExact(state, fd, F_SETFL, flags | O_NONBLOCK));
        }
    }

    /** Who this process is to the kernel. */
    static int effectiveUser() {
        try (Arena arena = Arena.ofConfined()) {
            return (int) GETEUID.invokeExact(arena.allocate(CALL_STATE));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** A struct sockaddr_un; {@code @} at the start stands for the zero of an abstract name. */
    private static MemorySegment address(Arena arena, String path) throws IOException {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_PATH_BYTES) {
            throw new IOException(path + " has " + bytes.length + " bytes, want 1.." + MAX_PATH_BYTES + " for a unix socket");
        }
        boolean isAbstract = bytes[0] == '@';
        MemorySegment address = arena.allocate(PATH + bytes.length + (isAbstract ? 0 : 1), Short.BYTES);
        address.set(JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(bytes, 0, address, JAVA_BYTE, PATH, bytes.length);
        if (isAbstract) {
            address.set(JAVA_BYTE, PATH, (byte) 0);
        }
        return address;
    }

    private static long checked(String name, Call call) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            while (true) {
                long result = call.make(state);
                int errno = (int) ERRNO.get(state, 0L);
                if (result >= 0) {
                    return result;
                }
                if (errno == EAGAIN) {
                    throw new SocketTimeoutException(name + ": nothing within its time");
                }
                if (errno != EINTR) {
                    throw new IOException(name + ": errno " + errno);
                }
            }
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static AssertionError broken(Throwable impossible) {
        return new AssertionError("a system call threw", impossible);
    }
}
