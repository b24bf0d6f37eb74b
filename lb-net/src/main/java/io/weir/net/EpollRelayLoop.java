package io.weir.net;

import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/** What lean relays share on a loop that runs on epoll: also the buffer that bytes pass through. Confined to the loop. */
final class EpollRelayLoop extends RelayLoop {
    /** Bytes of one receive, and so the most that is kept for one side that takes none. */
    static final int BUFFER_BYTES = 64 << 10;

    private static final int EPOLLPRI = 0x2;

    /** What a descriptor can be read for, edge-triggered; see epoll(7). */
    static final EpollIoOps READABLE = EpollIoOps.EPOLLIN
        .with(EpollIoOps.EPOLLRDHUP)
        .with(EpollIoOps.valueOf(EPOLLPRI))
        .with(EpollIoOps.EPOLLET);

    /** All that can happen to a descriptor, edge-triggered, so that it is registered once. */
    static final EpollIoOps EVERYTHING = READABLE.with(EpollIoOps.EPOLLOUT);

    /** The address of the buffer; empty between any two uses. */
    final long buffer;

    private final MemorySegment memory;

    private final ByteBuffer view;

    EpollRelayLoop(Loop loop) {
        Arena arena = Arena.ofAuto();
        super(loop, new SocketCalls(arena));
        this.memory = arena.allocate(BUFFER_BYTES, 64);
        this.view = memory.asByteBuffer();
        this.buffer = memory.address();
    }

    /** The first bytes of the buffer, until it is used again. */
    ByteBuffer view(int bytes) {
        return view.clear().limit(bytes);
    }

    /** Copies bytes to the start of the buffer. */
    void put(byte[] bytes) {
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }

    /** Copies {@code bytes} of the buffer to a place of their own. */
    void copy(int offset, int bytes, MemorySegment to) {
        MemorySegment.copy(memory, offset, to, 0, bytes);
    }

    /** Registers a descriptor; its events come from the loop's next turn on. */
    IoRegistration register(EpollIoHandle handle, EpollIoOps interests) {
        IoRegistration registration = loop.eventLoop().register(handle).getNow();
        registration.submit(interests);
        return registration;
    }

    @Override
    ReadWatch watch(ReadWatch.Owner owner) {
        return new EpollWatch(this, owner);
    }

    @Override
    int accept(int listeningDescriptor) {
        return calls.accept(listeningDescriptor);
    }
}
