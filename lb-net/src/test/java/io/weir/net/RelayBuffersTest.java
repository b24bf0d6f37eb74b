package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RelayBuffersTest {
    private static final int MOST_SMALL = (8 << 20) / RelayBuffers.SMALL;

    private final RelayBuffers buffers = new RelayBuffers(Arena.ofAuto());

    private List<RelayBuffer> takeAllSmall() {
        List<RelayBuffer> taken = new ArrayList<>();
        for (RelayBuffer next = buffers.small(); next != null; next = buffers.small()) {
            taken.add(next);
        }
        return taken;
    }

    @Test
    void soManyCanBeHeldAndNoMore() {
        assertThat(takeAllSmall()).hasSize(MOST_SMALL).allSatisfy(buffer -> assertThat(buffer.bytes()).isEqualTo(RelayBuffers.SMALL));
        assertThat(buffers.held()).isEqualTo(MOST_SMALL);
    }

    @Test
    void bytesThatAreThereGetABufferAllTheSameAndItIsFreed() {
        takeAllSmall();
        RelayBuffer borrowed = buffers.smallNow();
        assertThat(borrowed.isBorrowed()).isTrue();
        assertThat(buffers.held()).isEqualTo(MOST_SMALL + 1);
        buffers.giveBack(borrowed);
        assertThat(buffers.held()).isEqualTo(MOST_SMALL);
        assertThat(buffers.small()).isNull();
    }

    @Test
    void theLastThatCameBackGoesOutFirst() {
        List<RelayBuffer> taken = takeAllSmall();
        taken.forEach(buffers::giveBack);
        assertThat(buffers.held()).isZero();
        assertThat(buffers.small()).isSameAs(taken.getLast());
    }

    @Test
    void bytesOfOursGetABufferWithRoomForTheClients() {
        RelayBuffer usual = buffers.forFirst(100);
        RelayBuffer huge = buffers.forFirst(100_000);
        assertThat(usual.bytes()).isEqualTo(RelayBuffers.SMALL);
        assertThat(huge.bytes()).isEqualTo(100_000 + RelayBuffers.SMALL);
        buffers.giveBack(usual);
        buffers.giveBack(huge);
        assertThat(buffers.held()).isZero();
    }
}
