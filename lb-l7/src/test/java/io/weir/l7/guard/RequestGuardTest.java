package io.weir.l7.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.weir.l7.head.HeadLimits;
import io.weir.l7.head.HeadScanner;
import io.weir.l7.head.HeadWriter;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Scan;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestGuardTest {
    private final RequestGuard guard = new RequestGuard();
    private final MessageHead head = new MessageHead(1024);

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            Content-Length: 5                              ! OK                  ! 5
            Content-Length: 0                              ! OK                  ! 0
            Content-Length: 007                            ! PADDED_LENGTH       ! 7
            X-A: b                                         ! OK                  ! 0
            Content-Length:                                ! BAD_LENGTH          !
            Content-Length: +5                             ! BAD_LENGTH          !
            Content-Length: -5                             ! BAD_LENGTH          !
            Content-Length: 0x5                            ! BAD_LENGTH          !
            Content-Length: 5_0                            ! BAD_LENGTH          !
            Content-Length: 5 0                            ! BAD_LENGTH          !
            Content-Length: 5, 5                           ! REPEATED_LENGTH     ! 5
            Content-Length: 5, 6                           ! SEVERAL_LENGTHS     !
            Content-Length: 5,                             ! BAD_LENGTH          !
            Content-Length: ,5                             ! BAD_LENGTH          !
            Content-Length: 5.0                            ! BAD_LENGTH          !
            Content-Length: 9999999999999999999            ! BAD_LENGTH          !
            Content-Length: 1000001                        ! BODY_TOO_LARGE      !
            Content-Length: 5~Content-Length: 5            ! REPEATED_LENGTH     ! 5
            Content-Length: 5~Content-Length: 05, 5        ! REPEATED_LENGTH     ! 5
            Content-Length: 5~Content-Length: x            ! BAD_LENGTH          !
            Content-Length: 5~Content-Length: 6            ! SEVERAL_LENGTHS     !
            Transfer-Encoding: chunked                     ! OK                  ! -1
            Transfer-Encoding: CHUNKED                     ! OK                  ! -1
            Transfer-Encoding: xchunked                    ! BAD_CODING          !
            Transfer-Encoding: chunked, chunked            ! BAD_CODING          !
            Transfer-Encoding: gzip, chunked               ! BAD_CODING          !
            Transfer-Encoding: chunked, identity           ! BAD_CODING          !
            Transfer-Encoding: identity                    ! BAD_CODING          !
            Transfer-Encoding: ,chunked                    ! BAD_CODING          !
            Transfer-Encoding: "chunked"                   ! BAD_CODING          !
            Transfer-Encoding: chunked;q=1                 ! BAD_CODING          !
            Transfer-Encoding:                             ! BAD_CODING          !
            Transfer-Encoding: chunked~Transfer-Encoding: chunked   ! BAD_CODING !
            Transfer-Encoding: chunked~Content-Length: 5   ! LENGTH_AND_CODING   ! -1
            Transfer-Encoding: chunked~Content-Length: x   ! BAD_LENGTH          !
            Content-Length: 5~Transfer-Encoding: identity  ! BAD_CODING          !
            """)
    void decidesWhereTheBodyEnds(String fields, Verdict expected, Long body) {
        assertThat(judge("POST / HTTP/1.1", "Host: a.example~" + fields)).isEqualTo(expected);
        if (body != null) {
            assertThat(guard.body()).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            GET    / HTTP/1.1 ! Content-Length: 5          ! UNUSUAL_BODY
            GET    / HTTP/1.1 ! Content-Length: 0          ! UNUSUAL_BODY
            DELETE / HTTP/1.1 ! Content-Length: 0          ! OK
            DELETE / HTTP/1.1 ! Transfer-Encoding: chunked ! UNUSUAL_BODY
            DELETE / HTTP/1.0 ! Content-Length: 1          ! BODY_IN_HTTP_1_0
            TRACE  / HTTP/1.1 ! Content-Length: 0          ! UNUSUAL_BODY
            GET    / HTTP/1.0 ! Content-Length: 5          ! BODY_IN_HTTP_1_0
            GET    / HTTP/1.0 ! Content-Length: 0          ! UNUSUAL_BODY
            HEAD   / HTTP/1.0 ! Content-Length: 5          ! BODY_IN_HTTP_1_0
            POST   / HTTP/1.0 ! Content-Length: 5          ! OK
            POST   / HTTP/1.0 ! Transfer-Encoding: chunked ! CODING_IN_HTTP_1_0
            TRACE  / HTTP/1.1 ! Content-Length: 5          ! UNEXPECTED_BODY
            TRACE  / HTTP/1.1 ! Transfer-Encoding: chunked ! UNEXPECTED_BODY
            """)
    void knowsWhichMethodsTakeABody(String line, String fields, Verdict expected) {
        assertThat(judge(line.replaceAll(" +", " "), "Host: a.example~" + fields)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', nullValues = "none", textBlock = """
            a.example           ! OK
            a.example:80        ! OK
            a.example:          ! OK
            A-1._b              ! OK
            127.0.0.1:8080      ! OK
            [::1]               ! OK
            [::1]:80            ! OK
            a%20b               ! OK
            ''                  ! BAD_HOST
            a.example, b.example ! BAD_HOST
            a,b                 ! BAD_HOST
            a.example/x         ! BAD_HOST
            a.example?x         ! BAD_HOST
            u@a.example         ! BAD_HOST
            a b                 ! BAD_HOST
            a.example:8x        ! BAD_HOST
            a.example:99999     ! BAD_HOST
            a.example:80:80     ! BAD_HOST
            [::1                ! BAD_HOST
            [::1]x              ! BAD_HOST
            [1]                 ! BAD_HOST
            a%2                 ! BAD_HOST
            a%zz                ! BAD_HOST
            http://a.example    ! BAD_HOST
            :80                 ! BAD_HOST
            a.example~Host: a.example ! SEVERAL_HOSTS
            """)
    void judgesTheHost(String host, Verdict expected) {
        assertThat(judge("GET / HTTP/1.1", "Host: " + host)).isEqualTo(expected);
    }

    @Test
    void wantsAHostOfHttp11Only() {
        assertThat(judge("GET / HTTP/1.1", "X-A: b")).isEqualTo(Verdict.NO_HOST);
        assertThat(judge("GET / HTTP/1.0", "X-A: b")).isEqualTo(Verdict.OK);
        assertThat(guard.hostField()).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            GET http://b.example/abs?x     ! /abs?x ! b.example
            GET HTTP://b.example:81/       ! /      ! b.example:81
            GET http://b.example           ! /      ! b.example
            GET http://b.example?x=1       ! /?x=1  ! b.example
            OPTIONS http://b.example       ! *      ! b.example
            OPTIONS *                      ! *      ! a.example
            """)
    void givesTheTargetsAuthorityPrecedenceOverTheHost(String line, String target, String host) {
        assertThat(judge(line + " HTTP/1.1", "Host: a.example")).isIn(Verdict.OK, Verdict.OTHER_AUTHORITY);
        assertThat(head.text(head.targetAt(), head.targetEnd())).isEqualTo(target);
        assertThat(head.text(head.valueAt(guard.hostField()), head.valueEnd(guard.hostField()))).isEqualTo(host);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            GET http:///abs          ! BAD_TARGET
            GET http://u@b.example/  ! BAD_TARGET
            GET https://b.example/   ! BAD_TARGET
            GET ftp://b.example/     ! BAD_TARGET
            GET index.html           ! BAD_TARGET
            GET *                    ! BAD_TARGET
            OPTIONS *a               ! BAD_TARGET
            GET http:/               ! BAD_TARGET
            CONNECT b.example:443    ! CONNECT_REFUSED
            CONNECT /path            ! CONNECT_REFUSED
            """)
    void refusesOtherTargets(String line, Verdict expected) {
        assertThat(judge(line + " HTTP/1.1", "Host: a.example")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            b.example    ! b.example     ! OK
            b.example    ! B.Example     ! OK
            b.example    ! b.example:80  ! OK
            b.example:   ! b.example:080 ! OK
            [::1]:81     ! [::1]:81      ! OK
            b.example    ! a.example     ! OTHER_AUTHORITY
            b.example    ! b.example:81  ! OTHER_AUTHORITY
            b.example:81 ! b.example     ! OTHER_AUTHORITY
            [::1]        ! [::2]         ! OTHER_AUTHORITY
            """)
    void comparesTheTargetsAuthorityWithTheHost(String authority, String host, Verdict expected) {
        assertThat(judge("GET http://" + authority + "/ HTTP/1.1", "Host: " + host)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            Content-Length: 005                                 ! Content-Length: 5
            Content-Length: 5, 5                                ! Content-Length: 5
            Content-Length: 5~X-A: b~Content-Length: 5          ! Content-Length: 5~X-A: b
            Content-Length: 5~Transfer-Encoding: chunked        ! Transfer-Encoding: chunked
            Content-Length: 5, 5~Transfer-Encoding: chunked~Content-Length: 05 ! Transfer-Encoding: chunked
            """)
    void leavesOnlyWhatItRead(String fields, String left) {
        judge("POST / HTTP/1.1", "Host: a~" + fields);
        HeadWriter writer = new HeadWriter();
        writer.fields(head);
        assertThat(new String(writer.bytes(), 0, writer.length(), StandardCharsets.ISO_8859_1))
            .isEqualTo("Host: a\r\n" + left.replace("~", "\r\n") + "\r\n");
    }

    @Test
    void namesTheGravestFinding() {
        assertThat(judge("GET http://b/ HTTP/1.1", "Host: a~Content-Length: 0")).isEqualTo(Verdict.OTHER_AUTHORITY);
        assertThat(judge("GET http://b/ HTTP/1.1", "Host: a~Content-Length: x")).isEqualTo(Verdict.BAD_LENGTH);
        assertThat(judge("GET / HTTP/1.1", "Host: a~Content-Length: 0~Content_Type: x~Connection: a b")).isEqualTo(Verdict.BAD_CONNECTION);
    }

    @Test
    void aConnectionIsNotUsedAgainAfterAnAmbiguousRequest() {
        judge("POST / HTTP/1.1", "Host: a~Content-Length: 5, 5");
        assertThat(guard.ambiguous()).isTrue();
        assertThat(guard.keepAlive()).isFalse();
        judge("POST / HTTP/1.1", "Host: a~Content-Length: 05");
        assertThat(guard.ambiguous()).isFalse();
        assertThat(guard.keepAlive()).isTrue();
    }

    @Test
    void knowsAnEmptyLineBeforeTheRequestAndNamesThatAreAliases() {
        assertThat(judge("\r\nGET / HTTP/1.1", "Host: a")).isEqualTo(Verdict.EMPTY_LINE_FIRST);
        assertThat(judge("POST / HTTP/1.1", "Host: a~Content_Length: 5")).isEqualTo(Verdict.ALIASED_FIELD);
        assertThat(judge("GET / HTTP/1.1", "Host: a~X_Other: 5")).isEqualTo(Verdict.OK);
    }

    @Test
    void anAbsoluteTargetDoesNotExcuseABadHost() {
        assertThat(judge("GET http://b.example/ HTTP/1.1", "Host: a b")).isEqualTo(Verdict.BAD_HOST);
        assertThat(judge("GET http://b.example/ HTTP/1.1", "X-A: b")).isEqualTo(Verdict.NO_HOST);
        assertThat(judge("GET http://b.example/ HTTP/1.1", "Host: a~Host: b")).isEqualTo(Verdict.SEVERAL_HOSTS);
    }

    @Test
    void anAbsoluteTargetGivesAnHttp10RequestItsHost() {
        assertThat(judge("GET http://b.example/x HTTP/1.0", "X-A: b")).isEqualTo(Verdict.OK);
        int host = guard.hostField();
        assertThat(head.text(head.valueAt(host), guard.hostEnd(head))).isEqualTo("b.example");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            1 ! X-A: b                                       ! true
            0 ! X-A: b                                       ! false
            1 ! Connection: close                            ! false
            1 ! Connection: x, ClOsE                         ! false
            1 ! Connection: keep-alive~Connection: close     ! false
            0 ! Connection: Keep-Alive                       ! true
            0 ! Connection: keep-alive, close                ! false
            1 ! Connection: ,, keep-alive ,                  ! true
            1 ! Connection: closed                           ! true
            """)
    void readsWhetherTheConnectionGoesOn(int minor, String fields, boolean expected) {
        assertThat(judge("GET / HTTP/1." + minor, "Host: a.example~" + fields)).isEqualTo(Verdict.OK);
        assertThat(guard.keepAlive()).isEqualTo(expected);
    }

    @Test
    void refusesAConnectionFieldThatIsNoListOfTokens() {
        assertThat(judge("GET / HTTP/1.1", "Host: a~Connection: close; keep-alive")).isEqualTo(Verdict.BAD_CONNECTION);
        assertThat(judge("GET / HTTP/1.1", "Host: a~Connection: a b")).isEqualTo(Verdict.BAD_CONNECTION);
    }

    @Test
    void readsTheOneExpectationThereIs() {
        assertThat(judge("PUT / HTTP/1.1", "Host: a~Expect: 100-Continue~Content-Length: 1")).isEqualTo(Verdict.OK);
        assertThat(guard.expectsContinue()).isTrue();
        assertThat(judge("PUT / HTTP/1.1", "Host: a~Expect: 100-continue")).isEqualTo(Verdict.IDLE_EXPECTATION);
        assertThat(guard.expectsContinue()).isFalse();
        assertThat(judge("PUT / HTTP/1.0", "Host: a~Expect: 100-continue~Content-Length: 1")).isEqualTo(Verdict.OK);
        assertThat(guard.expectsContinue()).isFalse();
        assertThat(judge("PUT / HTTP/1.1", "Host: a~Expect: 200-ok~Content-Length: 1")).isEqualTo(Verdict.BAD_EXPECTATION);
        assertThat(judge("PUT / HTTP/1.1", "Host: a~Expect: x~Expect: 100-continue~Content-Length: 1")).isEqualTo(Verdict.BAD_EXPECTATION);
    }

    @Test
    void namesTheHostWithoutItsPort() {
        assertThat(judge("GET / HTTP/1.1", "Host: [::1]:80")).isEqualTo(Verdict.OK);
        assertThat(head.text(head.valueAt(guard.hostField()), guard.hostEnd(head))).isEqualTo("[::1]");
        assertThat(judge("GET / HTTP/1.1", "Host: a.example:80")).isEqualTo(Verdict.OK);
        assertThat(head.text(head.valueAt(guard.hostField()), guard.hostEnd(head))).isEqualTo("a.example");
        assertThat(judge("GET / HTTP/1.1", "Host: 127.0.0.1")).isEqualTo(Verdict.OK);
        assertThat(head.text(head.valueAt(guard.hostField()), guard.hostEnd(head))).isEqualTo("127.0.0.1");
    }

    private Verdict judge(String line, String fields) {
        String text = line + "\r\n" + fields.replace("~", "\r\n") + "\r\n\r\n";
        head.clear();
        Scan scan = HeadScanner.ofRequests(head, HeadLimits.REQUEST)
            .scan(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1)));
        assertThat(scan).as(text).isEqualTo(Scan.COMPLETE);
        return guard.judge(head, 1_000_000);
    }
}
