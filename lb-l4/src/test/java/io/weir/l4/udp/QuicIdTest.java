package io.weir.l4.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.affinity.AffinityKey;
import io.weir.core.model.ByteRange;
import io.weir.testkit.Seeded;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Datagrams by the figures of RFC 8999 5.1 and 5.2; the client's Initial is the one of RFC 9001 A.2. */
class QuicIdTest {
    private static final String INITIAL = "c000000001088394c8f03e5157080000449e7b9aec34";
    private static final AffinityKey FIRST_EIGHT = new AffinityKey(0x8394c8f03e515708L, 0);

    private static MemorySegment datagram(String hex) {
        return MemorySegment.ofArray(HexFormat.of().parseHex(hex));
    }

    private static @Nullable AffinityKey destination(String hex) {
        return QuicId.destination(datagram(hex), ByteRange.DEFAULT);
    }

    @Test
    void longAndShortHeadersToOneIdHaveOneKey() {
        AffinityKey initial = destination(INITIAL);

        assertThat(initial).isEqualTo(FIRST_EIGHT);
        assertThat(destination("408394c8f03e51570812345678")).isEqualTo(initial);
        assertThat(destination("008394c8f03e515708")).as("RFC 9287 lets the fixed bit be 0").isEqualTo(initial);
        assertThat(destination("c06b3343cf088394c8f03e51570800")).as("version 2").isEqualTo(initial);
        assertThat(destination("408394c8f03e515709")).isNotEqualTo(initial);
    }

    @Test
    void bytesBehindTheRangeAndBeforeItDoNotCount() {
        var iqch = new ByteRange(2, 4);

        AffinityKey key = QuicId.destination(datagram("40aa010203bbccddee"), iqch);

        assertThat(QuicId.destination(datagram("40ff010203000000"), iqch)).isEqualTo(key).isNotNull();
        assertThat(QuicId.destination(datagram("c00000000104aa01020300"), iqch)).isEqualTo(key);
        assertThat(QuicId.destination(datagram("40aa010204bbccddee"), iqch)).isNotEqualTo(key);
    }

    @Test
    void sixteenBytesAreAllInTheKey() {
        var all = new ByteRange(5, 20);
        String id = "000102030405060708090a0b0c0d0e0f10111213";

        assertThat(QuicId.destination(datagram("40" + id), all))
            .isEqualTo(new AffinityKey(0x0405060708090a0bL, 0x0c0d0e0f10111213L));
        assertThat(QuicId.destination(datagram("c00000000114" + id + "00"), all))
            .isEqualTo(QuicId.destination(datagram("40" + id), all));
    }

    @Test
    void aServersLongHeaderSaysWhatItWantsToBeCalled() {
        assertThat(QuicId.source(datagram("c000000001" + "04aabbccdd" + "088394c8f03e515708" + "00"), ByteRange.DEFAULT))
            .isEqualTo(destination(INITIAL));
        assertThat(QuicId.source(datagram("c000000001" + "00" + "088394c8f03e515708"), ByteRange.DEFAULT)).isEqualTo(destination(INITIAL));
        assertThat(QuicId.source(datagram("c000000000" + "00" + "088394c8f03e515708"), ByteRange.DEFAULT)).as("version negotiation")
            .isNull();
        assertThat(QuicId.source(datagram("408394c8f03e51570812345678"), ByteRange.DEFAULT)).as("short header").isNull();
        assertThat(QuicId.source(datagram("c000000001" + "00" + "04aabbccdd" + "0000000000"), ByteRange.DEFAULT)).as("short id").isNull();
    }

    @Test
    void whatIsTooShortHasNoId() {
        for (String hex : new String[] {"", "40", "4083", "408394c8f03e5157", "c0", "c000000001", "c00000000108",
            "c000000001088394c8f03e5157",
            "c0000000010700000000000000", "c000000001ff" + "00".repeat(100)}) {
            assertThat(destination(hex)).as(hex).isNull();
            assertThat(QuicId.source(datagram(hex), ByteRange.DEFAULT)).as(hex).isNull();
        }
    }

    @Test
    void noDatagramIsReadBeyondItsEnd() {
        Seeded.rounds(20_000, random -> {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            if (bytes.length > 6 && random.nextBoolean()) {
                bytes[5] = (byte) random.nextInt(24);
            }
            int first = random.nextInt(1, 21);
            var range = new ByteRange(first, random.nextInt(first, Math.min(20, first + 15) + 1));
            MemorySegment exact = MemorySegment.ofArray(bytes);

            AffinityKey to = QuicId.destination(exact, range);
            QuicId.source(exact, range);

            boolean longHeader = bytes.length > 0 && bytes[0] < 0;
            int length = longHeader ? bytes.length > 5 ? Byte.toUnsignedInt(bytes[5]) : 0 : bytes.length - 1;
            boolean whole = length >= range.last() && (longHeader ? 6 : 1) + length <= bytes.length;
            assertThat(to != null).isEqualTo(whole);
        });
    }
}
