package io.weir.l7.h2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.l7.h2.FrameReader.Step;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameReaderTest {
    private final FrameReader reader = new FrameReader(UnpooledByteBufAllocator.DEFAULT);

    @AfterEach
    void close() {
        reader.close();
    }

    @ParameterizedTest(name = "type {0}, flags {1}, stream {2}, length {3}: {4}")
    @CsvSource({"0, 0, 0, 5, PROTOCOL_ERROR", "1, 4, 0, 5, PROTOCOL_ERROR", "2, 0, 0, 5, PROTOCOL_ERROR", "2, 0, 1, 4, FRAME_SIZE_ERROR",
        "3, 0, 0, 4, PROTOCOL_ERROR", "3, 0, 1, 5, FRAME_SIZE_ERROR", "4, 0, 1, 6, PROTOCOL_ERROR", "4, 0, 0, 5, FRAME_SIZE_ERROR",
        "4, 1, 0, 6, FRAME_SIZE_ERROR", "5, 4, 1, 8, PROTOCOL_ERROR", "6, 0, 1, 8, PROTOCOL_ERROR", "6, 0, 0, 7, FRAME_SIZE_ERROR",
        "7, 0, 1, 8, PROTOCOL_ERROR", "7, 0, 0, 7, FRAME_SIZE_ERROR", "8, 0, 0, 5, FRAME_SIZE_ERROR", "9, 4, 1, 1, PROTOCOL_ERROR",
        "0, 0, 1, 16385, FRAME_SIZE_ERROR", "200, 0, 1, 16385, FRAME_SIZE_ERROR"})
    void aFrameThatItsHeaderAloneCondemnsIsRefusedBeforeItsPayloadCame(int type, int flags, int stream, int length, ErrorCode wanted) {
        ByteBuf in = Unpooled.buffer();
        FrameWriter.header(in, length, type, flags, stream);

        assertThat(reader.next(in)).isEqualTo(Step.FAULT);
        assertThat(reader.fault()).isEqualTo(wanted);
    }

    @Test
    void paddingIsTakenOffAndCountsForFlowControl() {
        ByteBuf in = Wire.frame(Frame.DATA, Frame.PADDED | Frame.END_STREAM, 3, (byte) 2, (byte) 'a', (byte) 'b', (byte) 0, (byte) 0);

        assertThat(reader.next(in)).isEqualTo(Step.FRAME);
        assertThat(reader.payload().toString(ISO_8859_1)).isEqualTo("ab");
        assertThat(reader.length()).isEqualTo(5);
        assertThat(reader.last()).isTrue();
        assertThat(reader.next(in)).isEqualTo(Step.MORE);
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void paddingLongerThanItsFrameIsRefused() {
        assertThat(reader.next(Wire.frame(Frame.DATA, Frame.PADDED, 1, (byte) 3, (byte) 'a', (byte) 0))).isEqualTo(Step.FAULT);
        assertThat(reader.fault()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
        assertThat(fresh().next(Wire.frame(Frame.DATA, Frame.PADDED, 1))).isEqualTo(Step.FAULT);
        assertThat(fresh().next(Wire.frame(Frame.HEADERS, Frame.PADDED | Frame.END_HEADERS, 1, (byte) 1))).isEqualTo(Step.FAULT);
    }

    @Test
    void headersLosePaddingAndPriority() {
        ByteBuf in = Wire.frame(Frame.HEADERS, Frame.PADDED | Frame.WITH_PRIORITY | Frame.END_HEADERS, 1, (byte) 1, (byte) 0, (byte) 0,
                (byte) 0, (byte) 5, (byte) 9, (byte) 'h', (byte) 0);

        assertThat(reader.next(in)).isEqualTo(Step.FRAME);
        assertThat(reader.payload().toString(ISO_8859_1)).isEqualTo("h");
        assertThat(reader.next(in)).isEqualTo(Step.MORE);
    }

    @Test
    void aStreamThatDependsOnItselfIsRefused() {
        assertThat(reader.next(Wire.frame(Frame.PRIORITY, 0, 1, (byte) 0x80, (byte) 0, (byte) 0, (byte) 1, (byte) 9)))
            .isEqualTo(Step.FAULT);
    }

    @Test
    void nothingMayComeBetweenThePartsOfAHeaderBlock() {
        ByteBuf in = Wire.frame(Frame.HEADERS, 0, 1, (byte) 'h');
        in.writeBytes(Wire.frame(Frame.DATA, 0, 3, (byte) 'd'));

        assertThat(reader.next(in)).isEqualTo(Step.FRAME);
        assertThat(reader.midway()).isTrue();
        assertThat(reader.next(in)).isEqualTo(Step.FAULT);
        assertThat(reader.fault()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void aContinuationOfAnotherStreamIsRefused() {
        ByteBuf in = Wire.frame(Frame.HEADERS, 0, 1, (byte) 'h');
        in.writeBytes(Wire.frame(Frame.CONTINUATION, Frame.END_HEADERS, 3, (byte) 'd'));

        assertThat(reader.next(in)).isEqualTo(Step.FRAME);
        assertThat(reader.next(in)).isEqualTo(Step.FAULT);
    }

    @Test
    void framesOfUnknownTypesAreSteppedOver() {
        byte[] payload = new byte[300];
        Arrays.fill(payload, (byte) 7);
        ByteBuf in = Wire.frame(0xb7, 0xff, 1, payload);
        in.writeBytes(Wire.frame(Frame.PING, 0, 0, new byte[8]));

        assertThat(reader.next(in)).isEqualTo(Step.FRAME);
        assertThat(reader.type()).isEqualTo(0xb7);
        assertThat(reader.next(in)).isEqualTo(Step.FRAME);
        assertThat(reader.type()).isEqualTo(Frame.PING);
    }

    @Test
    void dataIsHandedOutAsItComesAndCountedOnce() {
        ByteBuf frame = Wire.frame(Frame.DATA, Frame.END_STREAM, 1, "abcdef".getBytes(ISO_8859_1));

        ByteBuf start = frame.readRetainedSlice(Frame.HEADER_BYTES + 2);
        assertThat(reader.next(start)).isEqualTo(Step.FRAME);
        assertThat(reader.payload().toString(ISO_8859_1)).isEqualTo("ab");
        assertThat(reader.first()).isTrue();
        assertThat(reader.last()).isFalse();
        assertThat(reader.next(start)).isEqualTo(Step.MORE);
        assertThat(reader.next(frame)).isEqualTo(Step.FRAME);
        assertThat(reader.payload().toString(ISO_8859_1)).isEqualTo("cdef");
        assertThat(reader.first()).isFalse();
        assertThat(reader.last()).isTrue();
    }

    private static FrameReader fresh() {
        return new FrameReader(UnpooledByteBufAllocator.DEFAULT);
    }
}
