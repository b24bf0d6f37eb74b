package io.weir.net.udp;

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
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * The kernel's calls for datagram sockets, for one loop, with the memory that they need. Confined to its loop. Each call
 * answers what the kernel answers, or the negative errno. Linux, 64 bit; constants of its generic ABI, which x86-64 and
 * aarch64 share.
 */
final class DatagramCalls {
    static final int EIO = -5;

    static final int EAGAIN = -11;

    static final int ENOMEM = -12;

    static final int EINVAL = -22;

    static final int ENFILE = -23;

    static final int EMFILE = -24;

    static final int EMSGSIZE = -90;

    static final int ENETUNREACH = -101;

    static final int ENOBUFS = -105;

    static final int ECONNREFUSED = -111;

    static final int EHOSTUNREACH = -113;

    private static final int AF_INET = 2;

    private static final int AF_INET6 = 10;

    /** SOCK_DGRAM, SOCK_NONBLOCK and SOCK_CLOEXEC. */
    private static final int DATAGRAMS = 2 | 0x800 | 0x80000;

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress("0.0.0.0", 0);

    private static final InetSocketAddress ANY_PORT_6 = new InetSocketAddress("::", 0);

    /** What all backends of a port may send while the loop is busy: the kernel's default holds three datagrams of 32 KiB. */
    private static final int UPSTREAM_BUFFER_BYTES = 1 << 20;

    private static final int SOL_SOCKET = 1;

    private static final int SO_RCVBUF = 8;

    private static final int SO_SNDBUF = 7;

    private static final int SO_REUSEPORT = 15;

    private static final int SO_RCVBUFFORCE = 33;

    private static final int SO_MEMINFO = 55;

    /** Of the words that SO_MEMINFO answers, the one that counts datagrams that found no room. */
    private static final int MEMINFO_DROPS = 8;

    private static final int MEMINFO_WORDS = 9;

    private static final int SOL_IP = 0;

    private static final int IP_PKTINFO = 8;

    private static final int IP_RECVERR = 11;

    private static final int SOL_IPV6 = 41;

    private static final int IPV6_RECVERR = 25;

    private static final int IPV6_RECVPKTINFO = 49;

    private static final int SOL_UDP = 17;

    private static final int UDP_GRO = 104;

    private static final int MSG_ERRQUEUE = 0x2000;

    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();

    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);

    private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);

    private static final MethodHandle SETSOCKOPT = call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);

    private static final MethodHandle GETSOCKOPT = call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);

    private static final MethodHandle RECVMMSG = call("recvmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);

    private static final MethodHandle SENDMMSG = call("sendmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);

    private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);

    private final MemorySegment callState;

    private final MemorySegment address;

    private final MemorySegment option;

    private final MemorySegment length;

    private final Peer local = new Peer();

    DatagramCalls(Arena arena) {
        callState = arena.allocate(CALL_STATE);
        address = arena.allocate(Peer.BYTES, 8);
        option = arena.allocate((long) MEMINFO_WORDS * Integer.BYTES, 8);
        length = arena.allocate(8, 8);
    }

    @SuppressWarnings("restricted") // the process grants itself native access on its command line
    private static MethodHandle call(String name, ValueLayout result, ValueLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    static boolean isInet6(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address;
    }

    /**
     * A socket that hears of datagrams that came back as ICMP errors (IP_RECVERR), and takes several as one (UDP_GRO). It has its
     * port: the first send would choose one, too, but could not say that there is none (net.ipv4.ip_local_port_range).
     */
    int upstreamSocket(boolean inet6) {
        int fd = socket(inet6);
        if (fd >= 0) {
            int result = inet6 ? set(fd, SOL_IPV6, IPV6_RECVERR, 1) : set(fd, SOL_IP, IP_RECVERR, 1);
            result = result < 0 ? result : bind(fd, inet6 ? ANY_PORT_6 : ANY_PORT, inet6);
            if (result < 0) {
                close(fd);
                return result;
            }
            int _ = set(fd, SOL_UDP, UDP_GRO, 1);
            receiveBuffer(fd, UPSTREAM_BUFFER_BYTES);
        }
        return fd;
    }

    /** A socket for clients on an address that the sockets of other loops share (SO_REUSEPORT); it tells whom a client asked. */
    int clientSocket(InetSocketAddress wanted, int bufferBytes) {
        boolean inet6 = isInet6(wanted);
        int fd = socket(inet6);
        if (fd < 0) {
            return fd;
        }
        int result = set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
        result = result < 0 ? result : set(fd, inet6 ? SOL_IPV6 : SOL_IP, inet6 ? IPV6_RECVPKTINFO : IP_PKTINFO, 1);
        result = result < 0 ? result : bind(fd, wanted, inet6);
        if (result < 0) {
            close(fd);
            return result;
        }
        int _ = set(fd, SOL_UDP, UDP_GRO, 1);
        receiveBuffer(fd, bufferBytes);
        int _ = set(fd, SOL_SOCKET, SO_SNDBUF, bufferBytes);
        return fd;
    }

    /** A bound, and no memory until datagrams are there; beyond net.core.rmem_max it takes CAP_NET_ADMIN. */
    private void receiveBuffer(int fd, int bytes) {
        if (set(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes) < 0) {
            int _ = set(fd, SOL_SOCKET, SO_RCVBUF, bytes);
        }
    }

    /** Whether several datagrams of a sender may be received as one; they may from the start. */
    void join(int fd, boolean wanted) {
        int _ = set(fd, SOL_UDP, UDP_GRO, wanted ? 1 : 0);
    }

    private int socket(boolean inet6) {
        try {
            return orErrno((int) SOCKET.invokeExact(callState, inet6 ? AF_INET6 : AF_INET, DATAGRAMS, 0));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private int bind(int fd, InetSocketAddress wanted, boolean inet6) {
        local.set(wanted, inet6);
        int bytes = Peer.write(address, 0, inet6, local.high, local.low, local.port, local.scope);
        try {
            return orErrno((int) BIND.invokeExact(callState, fd, address.address(), bytes));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private int set(int fd, int level, int name, int value) {
        option.set(JAVA_INT, 0, value);
        try {
            return orErrno((int) SETSOCKOPT.invokeExact(callState, fd, level, name, option.address(), Integer.BYTES));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** How many datagrams the kernel dropped because nobody took them from the socket in time; modulo 2^32. */
    int unreceived(int fd) {
        length.set(JAVA_INT, 0, MEMINFO_WORDS * Integer.BYTES);
        try {
            int result = orErrno((int) GETSOCKOPT.invokeExact(
                    callState, fd, SOL_SOCKET, SO_MEMINFO, option.address(), length.address()));
            return result < 0 ? 0 : option.get(JAVA_INT, (long) MEMINFO_DROPS * Integer.BYTES);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Receives up to {@code count} datagrams; answers how many. */
    int receive(int fd, long messages, int count) {
        return receive(fd, messages, count, 0);
    }

    /** Takes up to {@code count} errors that sends have met later on. */
    int receiveErrors(int fd, long messages, int count) {
        return receive(fd, messages, count, MSG_ERRQUEUE);
    }

    private int receive(int fd, long messages, int count, int flags) {
        try {
            return orErrno((int) RECVMMSG.invokeExact(callState, fd, messages, count, flags, 0L));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Sends the messages in order; answers how many were sent before one failed, or why the first one did. */
    int send(int fd, long messages, int count) {
        try {
            return orErrno((int) SENDMMSG.invokeExact(callState, fd, messages, count, 0));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    void close(int fd) {
        try {
            int _ = (int) CLOSE.invokeExact(callState, fd);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** A failure in words. */
    static String text(int error) {
        return switch (error) {
            case EMFILE -> "the process has too many open files";
            case ENFILE -> "the host has too many open files";
            case ENOMEM, ENOBUFS -> "the kernel has no memory for a socket";
            case -98 -> "address already in use";
            case -99 -> "cannot assign requested address";
            case -13 -> "permission denied";
            default -> "errno " + -error;
        };
    }

    private int orErrno(int result) {
        return result >= 0 ? result : -(int) ERRNO.get(callState, 0L);
    }

    private static AssertionError broken(Throwable impossible) {
        return new AssertionError("a system call threw", impossible);
    }
}
