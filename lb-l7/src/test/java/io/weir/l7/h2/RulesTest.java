package io.weir.l7.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.l7.h2.FloodMeter.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings, windows, floods and blocks in parts. */
class RulesTest {
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest(name = "setting {0} = {1}: {2}")
    @CsvSource({"2, 2, PROTOCOL_ERROR", "2, 0, NO_ERROR", "4, 2147483648, FLOW_CONTROL_ERROR", "4, 2147483647, NO_ERROR",
        "5, 16383, PROTOCOL_ERROR", "5, 16777216, PROTOCOL_ERROR", "5, 16777215, NO_ERROR", "99, 4294967295, NO_ERROR"})
    void settingsAreTakenInTheirRange(int id, long value, ErrorCode wanted) {
        assertThat(new PeerSettings().apply(setting(id, value))).isEqualTo(wanted);
    }

    @Test
    void aPeersWindowAndStreamsAreKept() {
        PeerSettings settings = new PeerSettings();
        settings.apply(setting(PeerSettings.INITIAL_WINDOW_SIZE, 7));
        settings.apply(setting(PeerSettings.MAX_CONCURRENT_STREAMS, 3));

        assertThat(settings.initialWindow()).isEqualTo(7);
        assertThat(settings.maxStreams()).isEqualTo(3);
    }

    @Test
    void aSendWindowMayGoBelowZeroButNotBeyondItsLargest() {
        SendWindow window = new SendWindow(10);
        window.take(10);

        assertThat(window.add(-5)).isTrue();
        assertThat(window.room()).isZero();
        assertThat(window.add(6)).isTrue();
        assertThat(window.room()).isEqualTo(1);
        assertThat(window.add(Integer.MAX_VALUE)).isFalse();
    }

    @Test
    void aReceiveWindowOpensAgainByHalves() {
        ReceiveWindow window = new ReceiveWindow(100);

        assertThat(window.take(100)).isTrue();
        assertThat(window.take(1)).isFalse();
        assertThat(window.giveBack(49)).isZero();
        assertThat(window.take(1)).isFalse();
        assertThat(window.giveBack(1)).isEqualTo(50);
        assertThat(window.take(50)).isTrue();
        assertThat(window.take(1)).isFalse();
    }

    @Test
    void resetsAreAllowedTwoHundredTimesIn30Seconds() {
        FloodMeter meter = new FloodMeter(0);
        for (int i = 0; i < 200; i++) {
            meter.worked();
            assertThat(meter.allows(Kind.RESET, 29 * SECOND)).isTrue();
        }

        assertThat(meter.allows(Kind.RESET, 30 * SECOND)).isFalse();
        assertThat(meter.allows(Kind.RESET, 31 * SECOND)).isTrue();
    }

    @Test
    void workAllowsForMoreOfWhatBelongsToIt() {
        FloodMeter meter = new FloodMeter(0);
        for (int i = 0; i < 1_000; i++) {
            assertThat(meter.allows(Kind.PING, SECOND)).isTrue();
        }
        assertThat(meter.allows(Kind.PING, SECOND)).isFalse();
        meter.worked();
        assertThat(meter.allows(Kind.WINDOW_UPDATE, SECOND)).isTrue();
        meter.worked();
        assertThat(meter.allows(Kind.PING, SECOND)).isTrue();
    }

    @Test
    void holdingMuchForAMomentCostsAsMuchAsLittleForLong() {
        HoldMeter much = new HoldMeter();
        HoldMeter little = new HoldMeter();
        for (int second = 0; second < 10; second++) {
            assertThat(much.allows(25 << 20, 0)).isTrue();
            assertThat(little.allows(1 << 20, 4_095)).isTrue();
        }

        assertThat(much.allows(25 << 20, 0)).isFalse();
        assertThat(little.allows(1 << 20, 0)).isTrue();
    }

    @Test
    void whoTakesAFewKilobytesASecondMayTakeLong() {
        HoldMeter meter = new HoldMeter();
        for (int second = 0; second < 1_000; second++) {
            assertThat(meter.allows(25 << 20, 4_096)).isTrue();
        }
    }

    @Test
    void aBlockHasAtMostSixteenContinuationsHoweverEmpty() {
        HeaderBlock block = new HeaderBlock(UnpooledByteBufAllocator.DEFAULT);
        block.begin(Unpooled.copiedBuffer(new byte[] {1}), true);
        for (int i = 0; i < 16; i++) {
            assertThat(block.add(Unpooled.EMPTY_BUFFER, 100)).isTrue();
        }

        assertThat(block.add(Unpooled.EMPTY_BUFFER, 100)).isFalse();
        assertThat(block.endsStream()).isTrue();
        block.close();
    }

    @Test
    void aBlockIsJoinedUpToItsBound() {
        HeaderBlock block = new HeaderBlock(UnpooledByteBufAllocator.DEFAULT);
        block.begin(Unpooled.copiedBuffer(new byte[] {1, 2}), false);

        assertThat(block.add(Unpooled.copiedBuffer(new byte[] {3}), 4)).isTrue();
        assertThat(block.add(Unpooled.copiedBuffer(new byte[] {4, 5}), 4)).isFalse();
        ByteBuf all = block.take();
        assertThat(all.readableBytes()).isEqualTo(3);
        all.release();
    }

    private static ByteBuf setting(int id, long value) {
        return Unpooled.buffer().writeShort(id).writeInt((int) value);
    }
}
