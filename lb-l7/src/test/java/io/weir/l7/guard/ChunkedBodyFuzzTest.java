package io.weir.l7.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Any bytes, cut anywhere: no exception, the same verdict, and what passed passes again as it is. */
class ChunkedBodyFuzzTest {
    private static final long MAX_BODY = 1 << 20;

    @FuzzTest(maxDuration = "10s")
    void whatPassesIsPlainHoweverItIsCut(byte[] bytes) {
        int cut = bytes.length == 0 ? 0 : (bytes[0] & 0xff) % bytes.length;
        String whole = pass(bytes);
        String pieces = pass(Arrays.copyOf(bytes, cut), Arrays.copyOfRange(bytes, cut, bytes.length));
        assertThat(pieces).isEqualTo(whole);
        if (whole.startsWith("done:")) {
            assertThat(pass(whole.substring(5).getBytes(StandardCharsets.ISO_8859_1))).isEqualTo(whole);
        }
    }

    /** {@code done:}, {@code partial:} and what passed, or the verdict. */
    private static String pass(byte[]... pieces) {
        ChunkedBody body = new ChunkedBody().begin(true, MAX_BODY);
        StringBuilder passed = new StringBuilder();
        for (byte[] piece : pieces) {
            ByteBuf in = Unpooled.copiedBuffer(piece);
            Verdict verdict = body.pass(in);
            if (verdict != Verdict.OK) {
                return verdict.name();
            }
            passed.append(in.toString(0, body.passedEnd(), StandardCharsets.ISO_8859_1));
        }
        return (body.done() ? "done:" : "partial:") + passed;
    }
}
