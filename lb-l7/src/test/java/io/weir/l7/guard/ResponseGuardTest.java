package io.weir.l7.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.weir.l7.head.HeadLimits;
import io.weir.l7.head.HeadScanner;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Method;
import io.weir.l7.head.Scan;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseGuardTest {
    private final ResponseGuard guard = new ResponseGuard();
    private final MessageHead head = new MessageHead(1024);

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            GET  ! 1.1 200 ! Content-Length: 5            ! 5  ! true
            GET  ! 1.1 200 ! Content-Length: 0            ! 0  ! true
            GET  ! 1.1 200 ! Transfer-Encoding: Chunked   ! -1 ! true
            GET  ! 1.1 200 ! X-A: b                       ! -2 ! false
            GET  ! 1.0 200 ! Content-Length: 5            ! 5  ! false
            GET  ! 1.0 200 ! Content-Length: 5~Connection: keep-alive ! 5 ! true
            GET  ! 1.1 200 ! Content-Length: 5~Connection: close      ! 5 ! false
            HEAD ! 1.1 200 ! Content-Length: 5            ! 0  ! true
            HEAD ! 1.1 200 ! Transfer-Encoding: chunked   ! 0  ! true
            HEAD ! 1.1 200 ! X-A: b                       ! 0  ! true
            GET  ! 1.1 204 ! X-A: b                       ! 0  ! true
            GET  ! 1.1 204 ! Content-Length: 5            ! 0  ! true
            GET  ! 1.1 304 ! Content-Length: 5            ! 0  ! true
            GET  ! 1.1 100 ! X-A: b                       ! 0  ! true
            GET  ! 1.1 103 ! X-A: b                       ! 0  ! true
            """)
    void decidesWhereTheBodyEnds(Method method, String start, String fields, long body, boolean keepAlive) {
        assertThat(judge(method, start, fields)).isEqualTo(Verdict.OK);
        assertThat(guard.body()).isEqualTo(body);
        assertThat(guard.keepAlive()).isEqualTo(keepAlive);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            1.1 200 ! Content-Length: 5~Content-Length: 5              ! SEVERAL_LENGTHS
            1.1 200 ! Content-Length: 5, 5                             ! BAD_LENGTH
            1.1 200 ! Content-Length: 5~Transfer-Encoding: chunked     ! LENGTH_AND_CODING
            1.1 200 ! Transfer-Encoding: gzip                          ! BAD_CODING
            1.1 200 ! Transfer-Encoding: gzip, chunked                 ! BAD_CODING
            1.0 200 ! Transfer-Encoding: chunked                       ! CODING_IN_HTTP_1_0
            1.1 101 ! Upgrade: websocket                               ! UNEXPECTED_UPGRADE
            1.1 099 ! X-A: b                                           ! BAD_STATUS_LINE
            1.1 600 ! X-A: b                                           ! BAD_STATUS_LINE
            """)
    void refusesWhatRecipientsReadDifferently(String start, String fields, Verdict expected) {
        assertThat(judge(Method.GET, start, fields)).isEqualTo(expected);
    }

    private Verdict judge(Method method, String start, String fields) {
        String text = "HTTP/" + start + " Text\r\n" + fields.replace("~", "\r\n") + "\r\n\r\n";
        head.clear();
        Scan scan = HeadScanner.ofResponses(head, HeadLimits.RESPONSE)
            .scan(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1)));
        assertThat(scan).as(text).isEqualTo(Scan.COMPLETE);
        return guard.judge(head, method);
    }
}
