package io.weir.l7.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.core.model.Desync;
import io.weir.l7.filter.HopByHop;
import io.weir.l7.head.Ascii;
import io.weir.l7.head.HeadLimits;
import io.weir.l7.head.HeadScanner;
import io.weir.l7.head.HeadWriter;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Scan;

/** Any bytes, and the most lenient mode: no exception, and what is forwarded is the same requests to whoever reads it next. */
class FramingFuzzTest {
    private static final HeadLimits ROOMY = new HeadLimits(1 << 20, 1 << 18, 1000);
    private static final byte[] HOST = Ascii.bytes("Host: a\r\n");
    private static final byte[] CHUNKED = Ascii.bytes("Transfer-Encoding: chunked\r\n");

    /** @param requests whole ones */
    private record Forwarded(int requests, Framing worst, ByteBuf bytes) {}

    @FuzzTest(maxDuration = "10s")
    void whatPassesIsReadInOneWay(byte[] bytes) {
        Forwarded once = forward(Unpooled.copiedBuffer(bytes), HeadLimits.REQUEST);
        ByteBuf copy = once.bytes().copy();
        Forwarded twice = forward(copy, ROOMY);

        assertThat(twice.requests()).isEqualTo(once.requests());
        assertThat(twice.bytes()).isEqualTo(once.bytes());
        assertThat(twice.worst()).isLessThanOrEqualTo(Framing.ACCEPTABLE);
        assertThat(copy.isReadable()).isFalse();
    }

    private static Forwarded forward(ByteBuf in, HeadLimits limits) {
        ByteBuf out = Unpooled.buffer();
        RequestGuard guard = new RequestGuard();
        HeadScanner scanner = HeadScanner.ofRequests(new MessageHead(64), limits);
        BodyReader body = new BodyReader();
        Framing worst = Framing.COMPLIANT;
        int requests = 0;
        for (boolean goesOn = true; goesOn && in.isReadable();) {
            scanner.reset(limits);
            if (scanner.scan(in) != Scan.COMPLETE) {
                break;
            }
            Verdict verdict = guard.judge(scanner.head(), Long.MAX_VALUE);
            if (verdict.refusedBy(Desync.MONITOR)) {
                break;
            }
            body.begin(guard.body(), true, Long.MAX_VALUE);
            if (body.pass(in) != Verdict.OK || !body.done()) {
                break;
            }
            worst = verdict.framing().compareTo(worst) > 0 ? verdict.framing() : worst;
            HeadWriter head = head(scanner.head(), guard);
            out.writeBytes(head.bytes(), 0, head.length()).writeBytes(in, in.readerIndex(), body.passedEnd() - in.readerIndex());
            in.readerIndex(body.readEnd());
            requests++;
            goesOn = guard.keepAlive();
        }
        return new Forwarded(requests, worst, out);
    }

    /** As a backend gets it. */
    private static HeadWriter head(MessageHead head, RequestGuard guard) {
        new HopByHop().stripRequest(head);
        HeadWriter writer = new HeadWriter();
        writer.requestLine(head).fields(head);
        if (guard.hostField() < 0) {
            writer.raw(HOST);
        }
        if (guard.body() == Body.CHUNKED) {
            writer.raw(CHUNKED);
        }
        return writer.end();
    }
}
