package io.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

class LeakCheckTest {
    @ParameterizedTest
    @ValueSource(classes = {LeaksPooled.class, LeaksSlice.class})
    void aClassThatForgetsABufferFails(Class<?> leaking) {
        List<Throwable> failures = failuresOf(leaking);

        assertThat(failures).singleElement()
            .isInstanceOf(AssertionError.class)
            .extracting(Throwable::getMessage)
            .asString()
            .contains("leaked 1 Netty resources, want 0", leaking.getSimpleName() + ".forgets");
    }

    @Test
    void aClassThatReleasesItsBuffersPasses() {
        assertThat(failuresOf(Releases.class)).isEmpty();
    }

    private static List<Throwable> failuresOf(Class<?> testClass) {
        return EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(testClass))
            .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
            .execute()
            .allEvents()
            .finished()
            .failed()
            .stream()
            .map(LeakCheckTest::failure)
            .toList();
    }

    private static Throwable failure(Event event) {
        return event.getRequiredPayload(org.junit.platform.engine.TestExecutionResult.class).getThrowable().orElseThrow();
    }

    /** Run by the engine above only. */
    static class LeaksPooled {
        @Test
        void forgets() {
            PooledByteBufAllocator.DEFAULT.directBuffer(64).writeByte(1);
        }
    }

    /** Run by the engine above only. */
    static class LeaksSlice {
        @Test
        void forgets() {
            ByteBuf whole = ByteBufAllocator.DEFAULT.buffer(64).writeZero(64);
            whole.readRetainedSlice(8);
            whole.release();
        }
    }

    /** Run by the engine above only. */
    static class Releases {
        @Test
        void releases() {
            ByteBufAllocator.DEFAULT.buffer(64).writeByte(1).release();
        }
    }
}
