package io.weir.l7.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.l7.h2.FrameReader.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class FrameReaderProperties {
    /** A frame as it was understood; the parts of a DATA frame are joined. */
    private record Seen(int type, int stream, int length, String payload) {}

    @RepeatedTest(100)
    void framesInPiecesReadLikeFramesInOne(RepetitionInfo run) {
        SplittableRandom random = new SplittableRandom(run.getCurrentRepetition());
        ByteBuf all = frames(random);
        List<Integer> cuts = new ArrayList<>();
        for (int at = 0; at < all.readableBytes();) {
            int piece = Math.min(random.nextInt(1, random.nextBoolean() ? 12 : 5000), all.readableBytes() - at);
            cuts.add(piece);
            at += piece;
        }

        assertThat(read(all.duplicate(), cuts)).isEqualTo(read(all.duplicate(), List.of(all.readableBytes())));
    }

    private static List<Seen> read(ByteBuf all, List<Integer> pieces) {
        FrameReader reader = new FrameReader(UnpooledByteBufAllocator.DEFAULT);
        List<Seen> seen = new ArrayList<>();
        StringBuilder data = new StringBuilder();
        for (int piece : pieces) {
            ByteBuf in = Unpooled.copiedBuffer(all.readSlice(piece));
            Step step = reader.next(in);
            while (step == Step.FRAME) {
                data.append(reader.type() > Frame.CONTINUATION ? "" : ByteBufUtil.hexDump(reader.payload()));
                if (reader.last()) {
                    seen.add(new Seen(reader.type(), reader.streamId(), reader.length(), data.toString()));
                    data.setLength(0);
                }
                step = reader.next(in);
            }
            assertThat(step).isEqualTo(Step.MORE);
            assertThat(in.isReadable()).isFalse();
        }
        assertThat(reader.midway()).isFalse();
        reader.close();
        return seen;
    }

    private static ByteBuf frames(SplittableRandom random) {
        ByteBuf out = Unpooled.buffer();
        int frames = random.nextInt(1, 12);
        for (int i = 0; i < frames; i++) {
            switch (random.nextInt(5)) {
                case 0 -> padded(out, random, Frame.DATA, random.nextInt(2) * Frame.PADDED);
                case 1 -> padded(out, random, Frame.HEADERS, random.nextInt(2) * Frame.PADDED | Frame.END_HEADERS);
                case 2 -> {
                    out.writeBytes(Wire.frame(Frame.HEADERS, 0, 9, bytes(random, 40)));
                    out.writeBytes(Wire.frame(Frame.CONTINUATION, Frame.END_HEADERS, 9, bytes(random, 900)));
                }
                case 3 -> out.writeBytes(Wire.frame(Frame.PING, 0, 0, bytesOf(random, 8)));
                default -> out.writeBytes(Wire.frame(77, random.nextInt(256), random.nextInt(5), bytes(random, 300)));
            }
        }
        return out;
    }

    private static void padded(ByteBuf out, SplittableRandom random, int type, int flags) {
        byte[] payload = bytes(random, 16_000);
        int padding = (flags & Frame.PADDED) == 0 ? 0 : random.nextInt(0, 256);
        byte[] whole = new byte[payload.length + padding + (flags & Frame.PADDED) / Frame.PADDED];
        if ((flags & Frame.PADDED) != 0) {
            whole[0] = (byte) padding;
        }
        System.arraycopy(payload, 0, whole, (flags & Frame.PADDED) / Frame.PADDED, payload.length);
        out.writeBytes(Wire.frame(type, flags, 2 * random.nextInt(1, 99) + 1, whole));
    }

    private static byte[] bytes(SplittableRandom random, int bound) {
        return bytesOf(random, random.nextInt(bound));
    }

    private static byte[] bytesOf(SplittableRandom random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
