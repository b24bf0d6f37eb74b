package io.weir.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Native memory for bytes on their way from one side to the other. Confined to the loop of its {@link RelayBuffers}. */
final class RelayBuffer {
    private final MemorySegment memory;

    /** What it was borrowed as; null for one that the loop keeps. */
    private final @Nullable ByteBuf borrowed;

    private RelayBuffer(MemorySegment memory, @Nullable ByteBuf borrowed) {
        this.memory = memory;
        this.borrowed = borrowed;
    }

    static RelayBuffer kept(Arena arena, int bytes) {
        return new RelayBuffer(arena.allocate(bytes, 64), null);
    }

    static RelayBuffer borrowed(int bytes) {
        ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(bytes, bytes);
        return new RelayBuffer(MemorySegment.ofBuffer(buffer.nioBuffer(0, bytes)), buffer);
    }

    long address() {
        return memory.address();
    }

    int bytes() {
        return (int) memory.byteSize();
    }

    /** Writes the start of it. */
    void put(byte[] bytes) {
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }

    boolean isBorrowed() {
        return borrowed != null;
    }

    /** Gives borrowed memory back. */
    void free() {
        if (borrowed != null) {
            borrowed.release();
        }
    }
}
