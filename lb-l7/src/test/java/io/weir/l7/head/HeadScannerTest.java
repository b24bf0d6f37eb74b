package io.weir.l7.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadScannerTest {
    private final HeadScanner requests = HeadScanner.ofRequests(new MessageHead(64), HeadLimits.REQUEST);
    private final HeadScanner responses = HeadScanner.ofResponses(new MessageHead(64), HeadLimits.RESPONSE);

    @Test
    void findsThePartsOfARequestAndLeavesItsBody() {
        ByteBuf in = buffer("POST /a?b=1 HTTP/1.1\r\nHost: a.example\r\nX-A: \t b c \t\r\nX-B:\r\n\r\nbody");

        assertThat(requests.scan(in)).isEqualTo(Scan.COMPLETE);

        MessageHead head = requests.head();
        assertThat(head.method()).isEqualTo(Method.POST);
        assertThat(head.text(head.targetAt(), head.targetEnd())).isEqualTo("/a?b=1");
        assertThat(head.minorVersion()).isEqualTo(1);
        assertThat(fields(head)).isEqualTo("Host=a.example|X-A=b c|X-B=|");
        assertThat(head.token(0)).isEqualTo(Token.HOST);
        assertThat(in.toString(StandardCharsets.ISO_8859_1)).isEqualTo("body");
    }

    @Test
    void findsThePartsOfAnAnswer() {
        assertThat(responses.scan(buffer("HTTP/1.0 404 Not Found\r\ncontent-LENGTH: 3\r\n\r\nabc"))).isEqualTo(Scan.COMPLETE);

        MessageHead head = responses.head();
        assertThat(head.status()).isEqualTo(404);
        assertThat(head.minorVersion()).isZero();
        assertThat(head.text(head.reasonAt(), head.reasonEnd())).isEqualTo("Not Found");
        assertThat(head.token(0)).isEqualTo(Token.CONTENT_LENGTH);
    }

    @ParameterizedTest
    @CsvSource(value = {
        "HTTP/1.1 200\\r\\n\\r\\n             ! COMPLETE",
        "HTTP/1.1 200 \\r\\n\\r\\n            ! COMPLETE",
        "HTTP/1.1 20 OK\\r\\n\\r\\n           ! BAD_STATUS_LINE",
        "HTTP/1.1 2000 OK\\r\\n\\r\\n         ! BAD_STATUS_LINE",
        "HTTP/1.1  200 OK\\r\\n\\r\\n         ! BAD_STATUS_LINE",
        "HTTP/2.0 200 OK\\r\\n\\r\\n          ! UNSUPPORTED_VERSION",
        "HTTP/1.1\\r\\n\\r\\n                 ! BAD_VERSION",
        "ICY 200 OK\\r\\n\\r\\n               ! BAD_VERSION",
        "\\r\\nHTTP/1.1 200 OK\\r\\n\\r\\n    ! BAD_VERSION",
        "HTTP/1.1 200 O\\0K\\r\\n\\r\\n       ! BAD_STATUS_LINE",
        "HTTP/1.1 200 OK\\n\\n                ! BAD_STATUS_LINE",
        "HTTP/1.1 200 OK\\r\\nA : b\\r\\n\\r\\n  ! BAD_FIELD_NAME",
        "HTTP/1.1 200 OK\\r\\nA: b\\r\\n c\\r\\n\\r\\n ! FOLDED_FIELD"}, delimiter = '!')
    void judgesTheSyntaxOfAnswers(String text, Scan expected) {
        assertThat(responses.scan(buffer(unescape(text)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(value = {
        "GET / HTTP/1.1\\r\\n\\r\\n              ! COMPLETE",
        "\\r\\nGET / HTTP/1.1\\r\\n\\r\\n        ! COMPLETE",
        "\\r\\n\\r\\nGET / HTTP/1.1\\r\\n\\r\\n  ! BAD_METHOD",
        "GET / HTTP/1.7\\r\\n\\r\\n              ! COMPLETE",
        "GET  / HTTP/1.1\\r\\n\\r\\n             ! BAD_TARGET",
        "GET / HTTP/1.1 \\r\\n\\r\\n             ! BAD_VERSION",
        "GET\\t/ HTTP/1.1\\r\\n\\r\\n            ! BAD_METHOD",
        "GET /\\r\\n\\r\\n                       ! BAD_TARGET",
        "GET /a#b HTTP/1.1\\r\\n\\r\\n           ! BAD_TARGET",
        "GET /a\\xff HTTP/1.1\\r\\n\\r\\n        ! BAD_TARGET",
        "GET / HTTP/1.1\\n\\n                    ! BAD_VERSION",
        "GET / HTTP/1.1\\r\\r\\n                 ! BAD_LINE_END",
        "GET / HTTP/1.1\\r\\nA\\r\\n\\r\\n       ! BAD_FIELD_NAME",
        "GET / HTTP/1.1\\r\\n: b\\r\\n\\r\\n     ! BAD_FIELD_NAME",
        "GET / HTTP/1.1\\r\\nA: b\\nB: c\\r\\n\\r\\n ! BAD_LINE_END",
        "GET / HTTP/1.1\\r\\nA: b\\rc\\r\\n\\r\\n ! BAD_LINE_END",
        "GET / HTTP/1.1\\r\\nA: b\\0c\\r\\n\\r\\n ! BAD_FIELD_VALUE",
        "GET / HTTP/1.1\\r\\n A: b\\r\\n\\r\\n   ! FOLDED_FIELD",
        "GET / HTTP/1.1\\r\\nA: b\\r\\n\\rX      ! BAD_LINE_END",
        "GET / HTTP/9.9\\r\\n\\r\\n              ! UNSUPPORTED_VERSION",
        "GET / HTTP/11.1\\r\\n\\r\\n             ! BAD_VERSION",
        "GET / http/1.1\\r\\n\\r\\n              ! BAD_VERSION",
        "GET / HTTP/1\\r\\n\\r\\n                ! BAD_VERSION",
        "GET / HTTP/1.1\\r\\nA: b                ! PARTIAL"}, delimiter = '!')
    void judgesTheSyntaxOfRequests(String text, Scan expected) {
        assertThat(requests.scan(buffer(unescape(text)))).isEqualTo(expected);
    }

    @Test
    void stopsAtItsLimitsHoweverLittleArrived() {
        HeadLimits limits = new HeadLimits(1024, 16, 2);

        assertThat(scan(limits, "GET /" + "a".repeat(16) + " HTTP/1.1\r\n\r\n")).isEqualTo(Scan.TARGET_TOO_LONG);
        assertThat(scan(limits, "GET / HTTP/1.1\r\nA: b\r\nA: b\r\n\r\n")).isEqualTo(Scan.COMPLETE);
        assertThat(scan(limits, "GET / HTTP/1.1\r\nA: b\r\nA: b\r\nA: b\r\n\r\n")).isEqualTo(Scan.TOO_MANY_FIELDS);
        assertThat(scan(limits, "GET / HTTP/1.1\r\nA: " + "b".repeat(1024) + "\r\n\r\n")).isEqualTo(Scan.HEAD_TOO_LARGE);
        assertThat(scan(limits, "A".repeat(65))).isEqualTo(Scan.BAD_METHOD);
    }

    @Test
    void knowsNamesInAnyCaseAndNothingThatLooksLikeThem() {
        assertThat(tokenOf("HoSt")).isEqualTo(Token.HOST);
        assertThat(tokenOf("TE")).isEqualTo(Token.TE);
        assertThat(tokenOf("Transfer-Encoding")).isEqualTo(Token.TRANSFER_ENCODING);
        assertThat(tokenOf("transfer-encodinG")).isEqualTo(Token.TRANSFER_ENCODING);
        assertThat(tokenOf("transfer-encodin")).isEqualTo(Token.OTHER);
        assertThat(tokenOf("transfer-encodings")).isEqualTo(Token.OTHER);
        assertThat(tokenOf("transfer_encoding")).isEqualTo(Token.ALIAS);
        assertThat(tokenOf("X_Forwarded-For")).isEqualTo(Token.ALIAS);
        assertThat(tokenOf("my_field")).isEqualTo(Token.OTHER);
        assertThat(tokenOf("hos~")).isEqualTo(Token.OTHER);
    }

    private int tokenOf(String name) {
        requests.reset(HeadLimits.REQUEST);
        assertThat(requests.scan(buffer("GET / HTTP/1.1\r\n" + name + ": x\r\n\r\n"))).isEqualTo(Scan.COMPLETE);
        return requests.head().token(0);
    }

    private static Scan scan(HeadLimits limits, String text) {
        return HeadScanner.ofRequests(new MessageHead(64), limits).scan(buffer(text));
    }

    static String fields(MessageHead head) {
        StringBuilder text = new StringBuilder();
        for (int field = 0; field < head.fields(); field++) {
            if (!head.removed(field)) {
                text.append(head.text(head.nameAt(field), head.nameAt(field) + head.nameLength(field)))
                    .append('=')
                    .append(head.text(head.valueAt(field), head.valueEnd(field)))
                    .append('|');
            }
        }
        return text.toString();
    }

    static ByteBuf buffer(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String unescape(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0").replace("\\xff", "\u00ff");
    }
}
