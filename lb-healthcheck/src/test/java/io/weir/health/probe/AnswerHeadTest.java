package io.weir.health.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.Seeded;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerHeadTest {
    private static AnswerHead.Result read(String answer) {
        return new AnswerHead().add(answer.getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.0 204\r\nA: b\r\n\r\n",
        "HTTP/1.1 204 \r\n\r\nbody\r\n\r\n",
        "HTTP/1.1 204 No Content\nA: b\n\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"})
    void readsTheStatusOfAWholeHead(String answer) {
        assertThat(read(answer)).isEqualTo(new AnswerHead.Status(204));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n", "<html>\n\n", "HTTP/1.1 600 Odd\r\n\r\n"})
    void anythingElseIsNoHttp(String answer) {
        assertThat(read(answer)).isEqualTo(new AnswerHead.Malformed("not an HTTP/1 answer"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r", "HTTP/1.1 100 Continue\r\n\r\n"})
    void waitsForTheEndOfTheHead(String answer) {
        assertThat(read(answer)).isEqualTo(new AnswerHead.Incomplete());
    }

    @Test
    void switchingProtocolsIsAFinalAnswer() {
        assertThat(read("HTTP/1.1 101 Switching Protocols\r\n\r\n")).isEqualTo(new AnswerHead.Status(101));
    }

    @Test
    void theWayInWhichTheBytesArriveChangesNothing() {
        String answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 302 Found\r\nLocation: " + "x".repeat(2_000) + "\r\n\r\n";
        Seeded.rounds(200, random -> {
            var head = new AnswerHead();
            byte[] bytes = answer.getBytes(ISO_8859_1);
            AnswerHead.Result result = new AnswerHead.Incomplete();
            for (int at = 0; at < bytes.length;) {
                assertThat(result).isEqualTo(new AnswerHead.Incomplete());
                int end = Math.min(bytes.length, at + random.nextInt(1, 400));
                result = head.add(Arrays.copyOfRange(bytes, at, end));
                at = end;
            }
            assertThat(result).isEqualTo(new AnswerHead.Status(302));
        });
    }

    @Test
    void randomBytesAreJudgedWithinTheLimit() {
        Seeded.rounds(500, random -> {
            var head = new AnswerHead();
            for (int i = 0; i < 20; i++) {
                byte[] bytes = new byte[random.nextInt(1_000)];
                random.nextBytes(bytes);
                head.add(bytes);
            }
            assertThat(head.add(new byte[AnswerHead.LIMIT_BYTES])).isInstanceOf(AnswerHead.Malformed.class);
        });
    }
}
