package io.weir.l7.h2;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.l7.h2.FrameReader.Step;
import io.weir.l7.head.HeadLimits;
import io.weir.l7.head.HeadScanner;
import io.weir.l7.head.HeadWriter;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Scan;

/** Any bytes: no exception, and a head that passes is one head, with as many fields, for who reads it as HTTP/1.1. */
class FrameFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void anyBytesAreFramesOrAFault(byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        FrameReader reader = new FrameReader(UnpooledByteBufAllocator.DEFAULT);
        Step step = reader.next(in);
        while (step == Step.FRAME) {
            step = reader.next(in);
        }
        reader.close();
        assertThat(step == Step.MORE).isEqualTo(reader.fault() == ErrorCode.NO_ERROR);
    }

    @FuzzTest(maxDuration = "10s")
    void whatPassesIsOneHeadOfHttp1(byte[] bytes) {
        MessageHead head = new MessageHead(64);
        if (new HeadDecoder().request(Unpooled.wrappedBuffer(bytes), head, HeadLimits.REQUEST) != Decoded.COMPLETE
                || head.targetEnd() == head.targetAt()) {
            return;
        }
        HeadWriter writer = new HeadWriter();
        writer.requestLine(head).fields(head).end();
        ByteBuf written = Unpooled.wrappedBuffer(writer.bytes(), 0, writer.length());
        MessageHead again = new MessageHead(64);
        Scan scan = HeadScanner.ofRequests(again, new HeadLimits(1024 * 1024, 64 * 1024, 1000)).scan(written);
        assertThat(scan).isEqualTo(Scan.COMPLETE);
        assertThat(written.isReadable()).isFalse();
        assertThat(again.fields()).isEqualTo(live(head));
    }

    private static int live(MessageHead head) {
        int live = 0;
        for (int field = 0; field < head.fields(); field++) {
            live += head.removed(field) ? 0 : 1;
        }
        return live;
    }
}
