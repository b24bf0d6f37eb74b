package io.weir.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The kernel's socket calls for one loop, with the memory that they need: nothing is allocated per call. Confined to its
 * loop. Each call answers what the kernel answers, or the negative errno. Linux, 64 bit; the constants are those of its
 * generic ABI, which x86-64 and aarch64 share.
 */
final class SocketCalls {
    /** Nothing to read, no room to write, or no connection to accept: not now. */
    static final int EAGAIN = -11;

    static final int EPERM = -1;

    static final int ENOMEM = -12;

    static final int EACCES = -13;

    static final int ENFILE = -23;

    static final int EMFILE = -24;

    static final int ENETUNREACH = -101;

    static final int ECONNRESET = -104;

    static final int ENOBUFS = -105;

    static final int ETIMEDOUT = -110;

    static final int ECONNREFUSED = -111;

    static final int EHOSTUNREACH = -113;

    static final int EINPROGRESS = -115;

    static final int ECANCELED = -125;

    private static final int AF_INET = 2;

    private static final int AF_INET6 = 10;

    private static final int SOCK_STREAM = 1;

    private static final int SOCK_DGRAM = 2;

    private static final int SOCK_NONBLOCK = 0x800;

    private static final int SOCK_CLOEXEC = 0x80000;

    private static final int SOL_SOCKET = 1;

    private static final int SO_REUSEADDR = 2;

    private static final int SO_ERROR = 4;

    private static final int SO_RCVBUF = 8;

    private static final int SO_LINGER = 13;

    private static final int SO_REUSEPORT = 15;

    private static final int SO_RCVBUFFORCE = 33;

    private static final int SO_RCVLOWAT = 18;

    private static final int SO_RCVTIMEO = 20;

    private static final int IPPROTO_IP = 0;

    private static final int IP_TRANSPARENT = 19;

    private static final int IP_BIND_ADDRESS_NO_PORT = 24;

    private static final int IPPROTO_IPV6 = 41;

    private static final int IPV6_TRANSPARENT = 75;

    private static final int IPPROTO_ICMP = 1;

    private static final int IPPROTO_ICMPV6 = 58;

    private static final int IPPROTO_TCP = 6;

    private static final int TCP_NODELAY = 1;

    private static final int TCP_INFO = 11;

    private static final int TCP_QUICKACK = 12;

    private static final int TCP_NOTSENT_LOWAT = 25;

    /** The beginning of a struct tcp_info, up to what is read of it, and where that is. */
    private static final int TCP_INFO_BYTES = 72;

    private static final int TCP_INFO_RTT = 68;

    private static final int F_SETFL = 4;

    private static final int O_RDWR = 2;

    private static final int SHUT_RD = 0;

    private static final int SHUT_WR = 1;

    private static final int MSG_PEEK = 0x2;

    private static final int MSG_DONTWAIT = 0x40;

    private static final int MSG_NOSIGNAL = 0x4000;

    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();

    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);

    private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);

    private static final MethodHandle LISTEN = call("listen", JAVA_INT, JAVA_INT, JAVA_INT);

    private static final MethodHandle ACCEPT = call("accept4", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);

    private static final MethodHandle CONNECT = call("connect", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);

    private static final MethodHandle RECV = call("recv", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);

    private static final MethodHandle SEND = call("send", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);

    private static final MethodHandle SENDTO = call(
            "sendto", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);

    private static final MethodHandle SHUTDOWN = call("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);

    private static final MethodHandle SETSOCKOPT = call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);

    private static final MethodHandle GETSOCKOPT = call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);

    private static final MethodHandle GETPEERNAME = call("getpeername", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);

    private static final MethodHandle GETSOCKNAME = call("getsockname", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);

    private static final MethodHandle FCNTL = control();

    private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);

    private final MemorySegment callState;

    private final SocketAddressMemory address;

    /** An int, or the two of a struct linger. */
    private final MemorySegment option;

    private final MemorySegment tcpInfo;

    /** A struct timeval. */
    private final MemorySegment timeval;

    /** A socklen_t. */
    private final MemorySegment length;

    SocketCalls(Arena arena) {
        callState = arena.allocate(CALL_STATE);
        address = new SocketAddressMemory(arena);
        option = arena.allocate(8, 8);
        tcpInfo = arena.allocate(TCP_INFO_BYTES, 8);
        timeval = arena.allocate(2L * Long.BYTES, Long.BYTES);
        length = arena.allocate(8, 8);
    }

    @SuppressWarnings("restricted") // the process grants itself native access on its command line
    static MethodHandle call(String name, ValueLayout result, ValueLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle control() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("fcntl"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(2));
    }

    /** A non-blocking stream socket for an address of this family. */
    int streamSocket(InetSocketAddress peer) {
        return streamSocket(peer, SOCK_NONBLOCK);
    }

    /** A stream socket that io_uring can wait for: of a non-blocking one it only says that there is nothing yet. */
    int blockingStreamSocket(InetSocketAddress peer) {
        return streamSocket(peer, 0);
    }

    private int streamSocket(InetSocketAddress peer, int flags) {
        int family = peer.getAddress() instanceof Inet4Address ? AF_INET : AF_INET6;
        try {
            return orErrno((int) SOCKET.invokeExact(callState, family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Makes a listening socket: SO_REUSEADDR, SO_REUSEPORT, and TCP_NODELAY, which accepted sockets inherit. */
    int listen(int fd, InetSocketAddress local, int backlog) {
        int result = setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
        result = result < 0 ? result : setOption(fd, SOL_SOCKET, SO_REUSEPORT, 1);
        result = result < 0 ? result : noDelay(fd);
        if (result < 0) {
            return result;
        }
        result = bind(fd, local);
        try {
            return result < 0 ? result : orErrno((int) LISTEN.invokeExact(callState, fd, backlog));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** A blocking ping socket (icmp(7)) for an address of this family, whose calls to receive last a second at most. */
    int pingSocket(boolean inet6) {
        try {
            int fd = orErrno((int) SOCKET.invokeExact(
                    callState, inet6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, inet6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP));
            if (fd >= 0) {
                timeval.set(JAVA_LONG, 0, 1);
                timeval.set(JAVA_LONG, Long.BYTES, 0);
                int _ = setOption(fd, SOL_SOCKET, SO_RCVTIMEO, (int) timeval.byteSize(), timeval);
            }
            return fd;
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Lets a socket have an address that is not this host's (ip(7), IP_TRANSPARENT); needs CAP_NET_ADMIN. */
    int transparent(int fd, boolean inet4) {
        return inet4 ? setOption(fd, IPPROTO_IP, IP_TRANSPARENT, 1) : setOption(fd, IPPROTO_IPV6, IPV6_TRANSPARENT, 1);
    }

    /** Lets a socket connect from another host's address; the port is chosen when it connects (IP_BIND_ADDRESS_NO_PORT). */
    int bindTransparently(int fd, InetAddress source) {
        int result = transparent(fd, source instanceof Inet4Address);
        result = result < 0 ? result : setOption(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
        return result < 0 ? result : bind(fd, new InetSocketAddress(source, 0));
    }

    int bind(int fd, InetSocketAddress local) {
        int size = address.write(local);
        try {
            return orErrno((int) BIND.invokeExact(callState, fd, address.pointer(), size));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Sends one datagram, or nothing if it would have to wait. */
    int sendTo(int fd, long pointer, int bytes, InetSocketAddress peer) {
        int size = address.write(peer);
        try {
            long sent = (long) SENDTO.invokeExact(callState, fd, pointer, (long) bytes, MSG_DONTWAIT, address.pointer(), size);
            return sent >= 0 ? (int) sent : errno();
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** The next queued connection, non-blocking; {@link #acceptedFrom} tells whose it is. */
    int accept(int fd) {
        return accept(fd, SOCK_NONBLOCK);
    }

    /** {@link #accept} of a connection whose own calls may block. */
    int acceptBlocking(int fd) {
        return accept(fd, 0);
    }

    private int accept(int fd, int flags) {
        length.set(JAVA_INT, 0, SocketAddressMemory.BYTES);
        try {
            return orErrno((int) ACCEPT.invokeExact(callState, fd, address.pointer(), length.address(), SOCK_CLOEXEC | flags));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** The other end of the connection that was accepted last; asked before any other call. */
    InetSocketAddress acceptedFrom() {
        return address.read();
    }

    int connect(int fd, InetSocketAddress peer) {
        int size = address.write(peer);
        try {
            return orErrno((int) CONNECT.invokeExact(callState, fd, address.pointer(), size));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Reads into {@code pointer}; 0 is the end of the stream. */
    int receive(int fd, long pointer, int bytes) {
        return receive(fd, pointer, bytes, 0);
    }

    /** Like {@link #receiveNow}, and leaves the bytes in the socket. */
    int peek(int fd, long pointer, int bytes) {
        return receive(fd, pointer, bytes, MSG_PEEK | MSG_DONTWAIT);
    }

    /** Reads what is there already, also of a socket that blocks. */
    int receiveNow(int fd, long pointer, int bytes) {
        return receive(fd, pointer, bytes, MSG_DONTWAIT);
    }

    private int receive(int fd, long pointer, int bytes, int flags) {
        try {
            long received = (long) RECV.invokeExact(callState, fd, pointer, (long) bytes, flags);
            return received >= 0 ? (int) received : errno();
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    int send(int fd, long pointer, int bytes) {
        try {
            long sent = (long) SEND.invokeExact(callState, fd, pointer, (long) bytes, MSG_NOSIGNAL);
            return sent >= 0 ? (int) sent : errno();
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Makes a connected socket non-blocking. */
    int stopBlocking(int fd) {
        try {
            return orErrno((int) FCNTL.invokeExact(callState, fd, F_SETFL, O_RDWR | SOCK_NONBLOCK));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    int shutdownInput(int fd) {
        return shutdown(fd, SHUT_RD);
    }

    int shutdownOutput(int fd) {
        return shutdown(fd, SHUT_WR);
    }

    private int shutdown(int fd, int half) {
        try {
            return orErrno((int) SHUTDOWN.invokeExact(callState, fd, half));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Takes no more from us while so many bytes wait that were not sent yet (TCP_NOTSENT_LOWAT). */
    int unsentAtMost(int fd, int bytes) {
        return setOption(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, bytes);
    }

    /**
     * Fixes the size of the receive buffer, of which the kernel uses a part for its own account.
     *
     * @param granted whether it is no more than everybody is granted; more needs CAP_NET_ADMIN
     */
    int receiveBuffer(int fd, int bytes, boolean granted) {
        return setOption(fd, SOL_SOCKET, granted ? SO_RCVBUF : SO_RCVBUFFORCE, bytes);
    }

    /** The smoothed round trip time of a connection, or a negative errno. */
    int roundTripMicros(int fd) {
        length.set(JAVA_INT, 0, TCP_INFO_BYTES);
        try {
            int result = orErrno((int) GETSOCKOPT.invokeExact(
                    callState, fd, IPPROTO_TCP, TCP_INFO, tcpInfo.address(), length.address()));
            return result < 0 ? result : tcpInfo.get(JAVA_INT, TCP_INFO_RTT);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /**
     * Tells of bytes of a socket only when so many are there, or no more fit, or the end is (SO_RCVLOWAT). Of those that are there already
     * it tells at once.
     */
    int tellOf(int fd, int bytes) {
        return setOption(fd, SOL_SOCKET, SO_RCVLOWAT, bytes);
    }

    /**
     * Lets the last segment of a handshake wait a moment for bytes of ours to go with; before the connect. One segment less, and the peer
     * has the bytes as soon as it has the connection. Without bytes {@link #acknowledge} has to follow.
     */
    int awaitBytesToAcknowledge(int fd) {
        return setOption(fd, IPPROTO_TCP, TCP_QUICKACK, 0);
    }

    /** Sends an acknowledgement that waits for bytes to go with. */
    int acknowledge(int fd) {
        return setOption(fd, IPPROTO_TCP, TCP_QUICKACK, 1);
    }

    int noDelay(int fd) {
        return setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    }

    /** Lets the next close reset the connection instead of ending it (SO_LINGER of 0 s). */
    int resetOnClose(int fd) {
        option.set(JAVA_INT, 0, 1);
        option.set(JAVA_INT, 4, 0);
        return setOption(fd, SOL_SOCKET, SO_LINGER, 8, option);
    }

    private int setOption(int fd, int level, int name, int value) {
        option.set(JAVA_INT, 0, value);
        return setOption(fd, level, name, 4, option);
    }

    private int setOption(int fd, int level, int name, int bytes, MemorySegment value) {
        try {
            return orErrno((int) SETSOCKOPT.invokeExact(callState, fd, level, name, value.address(), bytes));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Takes the pending error of a socket: 0 for none, or a negative errno. */
    int takeError(int fd) {
        length.set(JAVA_INT, 0, 4);
        try {
            int result = orErrno((int) GETSOCKOPT.invokeExact(
                    callState, fd, SOL_SOCKET, SO_ERROR, option.address(), length.address()));
            return result < 0 ? result : -option.get(JAVA_INT, 0);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** The address of the other end; of 0.0.0.0, port 0, if it is gone already. */
    InetSocketAddress peerAddress(int fd) {
        length.set(JAVA_INT, 0, SocketAddressMemory.BYTES);
        address.clear();
        try {
            int _ = (int) GETPEERNAME.invokeExact(callState, fd, address.pointer(), length.address());
            return address.read();
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** The address of our end. */
    InetSocketAddress localAddress(int fd) {
        length.set(JAVA_INT, 0, SocketAddressMemory.BYTES);
        address.clear();
        try {
            int _ = (int) GETSOCKNAME.invokeExact(callState, fd, address.pointer(), length.address());
            return address.read();
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

    /** Whether a call failed because the process or the host has run out of something, and not through a peer. */
    static boolean exhausted(int result) {
        return result == EMFILE || result == ENFILE || result == ENOBUFS || result == ENOMEM;
    }

    /** A failure in words. */
    static String text(int error) {
        return switch (error) {
            case EMFILE -> "the process has too many open files";
            case ENFILE -> "the host has too many open files";
            case ENOMEM, ENOBUFS -> "the kernel has no memory for a socket";
            case EPERM -> "the process needs CAP_NET_ADMIN";
            default -> "errno " + -error;
        };
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
