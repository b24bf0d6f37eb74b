package io.weir.l7.head;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.weir.l7.guard.RequestGuard;
import io.weir.l7.guard.Verdict;
import java.util.Arrays;

/** Any bytes: no exception, and what passes and is written again passes again, unchanged. */
class HeadFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void whatPassesIsWrittenInAFormThatPassesAgain(byte[] bytes) {
        MessageHead head = new MessageHead(64);
        if (HeadScanner.ofRequests(head, HeadLimits.REQUEST).scan(Unpooled.wrappedBuffer(bytes)) != Scan.COMPLETE
                || new RequestGuard().judge(head, Long.MAX_VALUE) != Verdict.OK) {
            return;
        }
        HeadWriter once = write(head);
        MessageHead again = new MessageHead(64);
        Scan scan = HeadScanner.ofRequests(again, HeadLimits.REQUEST)
            .scan(Unpooled.wrappedBuffer(once.bytes(), 0, once.length()));
        if (scan == Scan.HEAD_TOO_LARGE) {
            return;
        }
        assertThat(scan).isEqualTo(Scan.COMPLETE);
        HeadWriter twice = write(again);
        assertThat(twice.length()).isEqualTo(once.length());
        assertThat(twice.bytes()).startsWith(Arrays.copyOf(once.bytes(), once.length()));
    }

    private static HeadWriter write(MessageHead head) {
        HeadWriter writer = new HeadWriter();
        writer.requestLine(head).fields(head).end();
        return writer;
    }
}
