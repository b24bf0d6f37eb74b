package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.net.ProxyHeaderDecoder.Result;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is decided of a header does not depend on how much of it has come. */
final class ProxyHeaderSplitTest {
    private static Result decode(byte[] bytes) {
        return ProxyHeaderDecoder.decode(ByteBuffer.wrap(bytes));
    }

    @ParameterizedTest
    @EnumSource
    void aGoodHeaderIsWaitedForToItsLastByteAndNoFurther(ProxyHeaderTable.Good good) {
        byte[] header = good.header();
        for (int cut = 0; cut < header.length; cut++) {
            assertThat(decode(Arrays.copyOf(header, cut))).as("%d bytes", cut).isEqualTo(Result.More.MORE);
        }
        assertThat(decode(header)).isEqualTo(good.result());
        assertThat(decode(Arrays.copyOf(header, header.length + 9))).isEqualTo(good.result());
    }

    @ParameterizedTest
    @EnumSource
    void aBadHeaderIsNeverTakenAndOnceRefusedStaysRefused(ProxyHeaderTable.Bad bad) {
        byte[] header = bad.header();
        boolean refused = false;
        for (int cut = 0; cut <= header.length; cut++) {
            Result result = decode(Arrays.copyOf(header, cut));
            assertThat(result).as("%d bytes", cut).isInstanceOfAny(Result.More.class, Result.Refused.class);
            assertThat(refused && result == Result.More.MORE).as("refused and taken back at %d bytes", cut).isFalse();
            refused |= result instanceof Result.Refused;
        }
        assertThat(refused).isTrue();
    }
}
