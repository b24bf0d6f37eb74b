package io.weir.net;

import io.netty.channel.Channel;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;

/**
 * Counts a loop's turns, one for each time that it asks the kernel for events. Confined to the loop. The events of a
 * turn were collected when it began; a descriptor that is registered during the turn may have the number of one that was
 * closed in it, and then gets the events that were meant for that one. Who writes down the turn of its registration
 * knows these: they arrive in the same turn.
 */
final class TurnClock implements IoHandler {
    private final IoHandler handler;

    private long turn;

    TurnClock(IoHandler handler) {
        this.handler = handler;
    }

    long turn() {
        return turn;
    }

    @Override
    public int run(IoHandlerContext context) {
        turn++;
        return handler.run(context);
    }

    @Override
    public void initialize() {
        handler.initialize();
    }

    @Override
    public void prepareToDestroy() {
        handler.prepareToDestroy();
    }

    @Override
    public void destroy() {
        handler.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        IoRegistration registration = handler.register(handle);
        boolean epollChannel = handle instanceof EpollIoHandle && handle instanceof Channel.Unsafe;
        return epollChannel ? new LastingRegistration(registration) : registration;
    }

    @Override
    public void wakeup() {
        handler.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return handler.isCompatible(handleType);
    }
}
