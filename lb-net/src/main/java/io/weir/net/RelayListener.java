package io.weir.net;

import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.function.Function;

/** Opens listening addresses whose connections are relayed byte for byte. Callable from any thread but a loop. */
public final class RelayListener {
    private RelayListener() {
    }

    /**
     * Listens, and returns when every loop accepts: below channels on epoll and io_uring, over channels on nio, with one
     * behaviour.
     *
     * @param backlog how many connections the kernel may queue for each loop
     * @param policyByLoop makes the policy of a loop, on that loop
     * @throws BindException if nothing listens; the message has the address and the cause
     */
    public static Listening open(
            EventLoops loops, InetSocketAddress wanted, int backlog, Function<Loop, RelayPolicy> policyByLoop)
            throws BindException {
        return switch (loops.transport()) {
            case EPOLL -> SocketListener.open(
                    loops, wanted, backlog, (loop, _) -> EpollRelay.accepting(loop.epollRelays(), policyByLoop.apply(loop)));
            case IO_URING -> SocketListener.open(
                    loops, wanted, backlog, (loop, _) -> UringRelay.accepting(loop.uringRelays(), policyByLoop.apply(loop)));
            case NIO -> ChannelRelay.listen(loops, wanted, backlog, policyByLoop);
        };
    }

    /**
     * Like {@link #open}, for policies that end their clients' TLS ({@link RelaySession#tls}): over channels on every transport.
     *
     * @throws BindException if nothing listens; the message has the address and the cause
     */
    public static Listening openForTls(
            EventLoops loops, InetSocketAddress wanted, int backlog, Function<Loop, RelayPolicy> policyByLoop)
            throws BindException {
        return ChannelRelay.listen(loops, wanted, backlog, policyByLoop);
    }
}
