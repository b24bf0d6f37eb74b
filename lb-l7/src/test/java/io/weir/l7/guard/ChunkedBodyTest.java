package io.weir.l7.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkedBodyTest {
    private static final long UNBOUNDED = Long.MAX_VALUE;

    @Test
    void passesAPlainBodyAsItIsAndLeavesTheNextMessage() {
        String body = "5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n";
        ChunkedBody chunks = new ChunkedBody().begin(true, UNBOUNDED);
        ByteBuf in = buffer(body + "GET /next");

        assertThat(chunks.pass(in)).isEqualTo(Verdict.OK);

        assertThat(chunks.done()).isTrue();
        assertThat(passed(chunks, in)).isEqualTo(body);
        assertThat(in.toString(chunks.readEnd(), 9, StandardCharsets.ISO_8859_1)).isEqualTo("GET /next");
    }

    @Test
    void dropsExtensionsAndTrailers() {
        assertThat(pass(true, "5;a=b;c=\"d;e\"\r\nhello\r\n0 ;x\r\nX-Trailer: v\r\n\r\n")).isEqualTo("5\r\nhello\r\n0\r\n\r\n");
    }

    @Test
    void leavesTheDataAloneForAReceiverThatKnowsNoChunks() {
        assertThat(pass(false, "5\r\nhello\r\n6;x\r\n world\r\n0\r\nA: b\r\n\r\n")).isEqualTo("hello world");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            \\r\\n                          ! BAD_CHUNK
            g\\r\\n                         ! BAD_CHUNK
            -1\\r\\n                        ! BAD_CHUNK
            +1\\r\\n                        ! BAD_CHUNK
            0x1\\r\\n                       ! BAD_CHUNK
            1_0\\r\\n                       ! BAD_CHUNK
            5 \\r\\n                        ! BAD_CHUNK
            ;a\\r\\n                        ! BAD_CHUNK
            5\\nhello\\r\\n                 ! BAD_CHUNK
            5\\rhello                       ! BAD_CHUNK
            5;a\\nhello                     ! BAD_CHUNK
            5;a\\0b\\r\\n                   ! BAD_CHUNK
            5;a\\rb\\r\\n                   ! BAD_CHUNK
            5\\r\\nhelloX\\r\\n             ! BAD_CHUNK
            5\\r\\nhello\\n                 ! BAD_CHUNK
            5\\r\\nhello\\r0                ! BAD_CHUNK
            0\\r\\n\\n                      ! BAD_FIELD_NAME
            0\\r\\n\\rX                     ! BAD_CHUNK
            0\\r\\nA b: c\\r\\n             ! BAD_FIELD_NAME
            0\\r\\n A: c\\r\\n              ! BAD_FIELD_NAME
            0\\r\\nA: c\\n                  ! BAD_FIELD_VALUE
            ffffffffffffffff\\r\\n          ! BAD_CHUNK
            10000000000000005\\r\\n         ! BAD_CHUNK
            """)
    void refusesEveryOtherSpelling(String text, Verdict expected) {
        String raw = text.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
        assertThat(new ChunkedBody().begin(true, UNBOUNDED).pass(buffer(raw))).isEqualTo(expected);
    }

    @Test
    void keepsItsLimits() {
        assertThat(new ChunkedBody().begin(true, 9).pass(buffer("5\r\nhello\r\n5\r\n"))).isEqualTo(Verdict.BODY_TOO_LARGE);
        assertThat(new ChunkedBody().begin(true, 10).pass(buffer("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n"))).isEqualTo(Verdict.OK);
        assertThat(new ChunkedBody().begin(true, 9).pass(buffer("5;" + "x".repeat(256)))).isEqualTo(Verdict.CHUNK_LINE_TOO_LONG);
        assertThat(new ChunkedBody().begin(true, 9).pass(buffer("0\r\nA: " + "x".repeat(8192)))).isEqualTo(Verdict.TRAILER_TOO_LARGE);
    }

    @RepeatedTest(200)
    void aBodyInPiecesPassesLikeABodyInOne(RepetitionInfo run) {
        SplittableRandom random = new SplittableRandom(run.getCurrentRepetition());
        StringBuilder text = new StringBuilder();
        for (int chunk = random.nextInt(5); chunk > 0; chunk--) {
            int size = random.nextInt(1, 40);
            text.append(Integer.toHexString(size))
                .append(random.nextInt(3) == 0 ? ";ext=1" : "")
                .append("\r\n")
                .append("d".repeat(size))
                .append("\r\n");
        }
        text.append(random.nextBoolean() ? "0\r\n\r\n" : "0\r\nTrailer: x\r\n\r\n");
        boolean framed = random.nextBoolean();

        ChunkedBody pieces = new ChunkedBody().begin(framed, UNBOUNDED);
        StringBuilder seen = new StringBuilder();
        for (int at = 0; at < text.length();) {
            int count = Math.min(random.nextInt(1, 8), text.length() - at);
            ByteBuf piece = buffer(text.substring(at, at + count));
            assertThat(pieces.pass(piece)).isEqualTo(Verdict.OK);
            seen.append(passed(pieces, piece));
            at += count;
        }

        assertThat(pieces.done()).isTrue();
        assertThat(seen.toString()).isEqualTo(pass(framed, text.toString()));
    }

    private static String pass(boolean keepFraming, String text) {
        ChunkedBody chunks = new ChunkedBody().begin(keepFraming, UNBOUNDED);
        ByteBuf in = buffer(text);
        assertThat(chunks.pass(in)).isEqualTo(Verdict.OK);
        assertThat(chunks.done()).isTrue();
        return passed(chunks, in);
    }

    private static String passed(ChunkedBody chunks, ByteBuf in) {
        return in.toString(in.readerIndex(), chunks.passedEnd() - in.readerIndex(), StandardCharsets.ISO_8859_1);
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }
}
