package io.weir.l7.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class HeadProperties {
    private static final String[] STARTS = {"GET / HTTP/1.1", "POST /a/b?c=d HTTP/1.0", "X!y * HTTP/1.9", "GET  / HTTP/1.1",
        "\r\nPUT /x HTTP/1.1"};
    private static final String[] NAMES = {"Host", "content-length", "X-A", "Connection", "transfer_encoding", "a b", "",
        "Very-Long-Name-Of-A-Field-Of-Mine"};
    private static final String[] VALUES = {"", "b", "  b c\t", "\u00e9", "bad\0", "line\nfeed", "chunked", "12"};
    private static final String[] ENDS = {"\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\n "};

    @RepeatedTest(500)
    void aHeadInPiecesScansLikeAHeadInOne(RepetitionInfo run) {
        SplittableRandom random = new SplittableRandom(run.getCurrentRepetition());
        String text = head(random);
        HeadScanner whole = scanner();
        HeadScanner pieces = scanner();
        ByteBuf all = HeadScannerTest.buffer(text);

        Scan expected = whole.scan(all);
        int consumed = 0;
        Scan found = Scan.PARTIAL;
        while (found == Scan.PARTIAL && consumed < text.length()) {
            int count = Math.min(random.nextInt(1, 9), text.length() - consumed);
            ByteBuf piece = HeadScannerTest.buffer(text.substring(consumed, consumed + count));
            found = pieces.scan(piece);
            consumed += piece.readerIndex();
        }

        assertThat(found).as(text).isEqualTo(expected);
        if (expected == Scan.COMPLETE) {
            assertThat(consumed).as(text).isEqualTo(all.readerIndex());
            assertThat(written(pieces.head())).as(text).isEqualTo(written(whole.head()));
        }
    }

    @RepeatedTest(500)
    void whatIsWrittenScansAgainToTheSame(RepetitionInfo run) {
        SplittableRandom random = new SplittableRandom(~run.getCurrentRepetition());
        HeadScanner first = scanner();
        if (first.scan(HeadScannerTest.buffer(head(random))) != Scan.COMPLETE) {
            return;
        }
        MessageHead head = first.head();
        for (int field = 0; field < head.fields(); field++) {
            switch (random.nextInt(4)) {
                case 0 -> head.remove(field);
                case 1 -> head.value(field, Ascii.bytes("changed"), 0, 7);
                default -> {
                    // stays
                }
            }
        }
        head.add(Ascii.bytes("X-Added"), Ascii.bytes("value"));
        String once = written(head);
        HeadScanner second = scanner();

        assertThat(second.scan(HeadScannerTest.buffer(once))).as(once).isEqualTo(Scan.COMPLETE);
        assertThat(HeadScannerTest.fields(second.head())).isEqualTo(HeadScannerTest.fields(head));
        assertThat(written(second.head())).isEqualTo(once);
    }

    private static HeadScanner scanner() {
        return HeadScanner.ofRequests(new MessageHead(1), HeadLimits.REQUEST);
    }

    private static String head(SplittableRandom random) {
        StringBuilder text = new StringBuilder(pick(random, STARTS)).append("\r\n");
        int fields = random.nextInt(12);
        for (int i = 0; i < fields; i++) {
            int sound = random.nextInt(20) == 0 ? 0 : 2;
            text.append(NAMES[random.nextInt(NAMES.length - sound - (sound == 2 ? 1 : 0))])
                .append(random.nextBoolean() ? ": " : ":")
                .append(random.nextInt(15) == 0 ? pick(random, VALUES) : VALUES[random.nextInt(4)])
                .append(random.nextInt(10) == 0 ? pick(random, ENDS) : "\r\n");
        }
        return text.append("\r\n").append("x".repeat(random.nextInt(5))).toString();
    }

    private static String written(MessageHead head) {
        HeadWriter writer = new HeadWriter();
        writer.requestLine(head).fields(head).end();
        return Unpooled.wrappedBuffer(writer.bytes(), 0, writer.length()).toString(StandardCharsets.ISO_8859_1);
    }

    private static String pick(SplittableRandom random, String[] from) {
        return from[random.nextInt(from.length)];
    }
}
