package io.weir.net;

import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;

/**
 * An epoll channel's registration that outlives having nothing to wait for. Netty 4.2.18 takes a descriptor without
 * interests out of the epoll set, but modifies it later as if it were still there (ENOENT): a connection whose peer has
 * ended its sending half while nothing was read could then neither wait for writability nor read on. Here the descriptor
 * stays, edge-triggered, so that a hang-up is reported once and not for ever. Called like what it wraps.
 */
final class LastingRegistration implements IoRegistration {
    private final IoRegistration registration;

    LastingRegistration(IoRegistration registration) {
        this.registration = registration;
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals")
    public <T> T attachment() {
        return registration.attachment();
    }

    @Override
    public long submit(IoOps ops) {
        return registration.submit(EpollIoOps.NONE.equals(ops) ? EpollIoOps.EPOLLET : ops);
    }

    @Override
    public boolean isValid() {
        return registration.isValid();
    }

    @Override
    public boolean cancel() {
        return registration.cancel();
    }
}
