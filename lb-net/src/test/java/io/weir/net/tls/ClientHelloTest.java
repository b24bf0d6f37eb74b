package io.weir.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.net.tls.ClientHello.Result;
import io.weir.net.tls.ClientHello.Result.Hello;
import io.weir.net.tls.ClientHello.Result.More;
import io.weir.net.tls.ClientHello.Result.Refused;
import io.weir.testkit.Seeded;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
    private static Result read(byte[] bytes) {
        return ClientHello.read(ByteBuffer.wrap(bytes));
    }

    @Test
    void theNameThatARealClientAsksForIsRead() throws Exception {
        assertThat(read(Hellos.ofJdk("Shop.Example"))).isEqualTo(new Hello("shop.example"));
    }

    @Test
    void aRealClientThatNamesNoServerIsUnderstood() throws Exception {
        assertThat(read(Hellos.ofJdk(""))).isEqualTo(new Hello(null));
    }

    @Test
    void everyBeginningOfAMessageAsksForMore() throws Exception {
        byte[] whole = Hellos.ofJdk("shop.example");

        for (int length = 0; length < whole.length; length++) {
            assertThat(read(Arrays.copyOf(whole, length))).as("%d bytes", length).isEqualTo(More.MORE);
        }
    }

    @Test
    void whatFollowsTheMessageIsNotLookedAt() throws Exception {
        byte[] whole = Hellos.ofJdk("shop.example");

        assertThat(read(Arrays.copyOf(whole, whole.length + 7))).isEqualTo(new Hello("shop.example"));
    }

    @Test
    void aMessageInManyRecordsIsPutTogether() throws Exception {
        byte[] whole = Hellos.ofJdk("shop.example");

        for (int most = 1; most < 100; most += 7) {
            byte[] cut = Hellos.cut(whole, most);
            assertThat(read(cut)).as("records of %d bytes", most).isEqualTo(new Hello("shop.example"));
            assertThat(read(Arrays.copyOf(cut, cut.length - 1))).isEqualTo(More.MORE);
        }
    }

    @Test
    void otherProtocolsAreRefusedAtTheFirstByteThatIsNotTls() {
        assertThat(read("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII))).isEqualTo(Refused.NOT_TLS);
        assertThat(read(new byte[] {22, 2})).isEqualTo(Refused.NOT_TLS);
        assertThat(read(Hellos.record(Hellos.handshake(2, new byte[40])))).isEqualTo(Refused.NOT_TLS);
    }

    @Test
    void aMessageLongerThanTheBoundIsRefusedAtItsLength() {
        byte[] head = {22, 3, 1, 0x40, 0, 1, 0, 0x41, 0};

        assertThat(read(head)).isEqualTo(Refused.TOO_LONG);
    }

    @Test
    void emptyAndOversizeRecordsAreRefused() {
        assertThat(read(new byte[] {22, 3, 1, 0, 0})).isEqualTo(Refused.MALFORMED);
        assertThat(read(new byte[] {22, 3, 1, 0x40, 1})).isEqualTo(Refused.MALFORMED);
    }

    @Test
    void aNameIsRefusedThatCannotBeOne() {
        assertThat(read(Hellos.with(Hellos.serverName("")))).isEqualTo(Refused.MALFORMED);
        assertThat(read(Hellos.with(Hellos.serverName("a b")))).isEqualTo(Refused.MALFORMED);
        assertThat(read(Hellos.with(Hellos.serverName("a\nb")))).isEqualTo(Refused.MALFORMED);
        assertThat(read(Hellos.with(Hellos.serverName("\u00e9.example")))).isEqualTo(Refused.MALFORMED);
        assertThat(read(Hellos.with(Hellos.serverName("a".repeat(256))))).isEqualTo(Refused.MALFORMED);
    }

    @Test
    void lengthsThatContradictEachOtherAreRefused() {
        byte[] extension = Hellos.serverName("shop.example");
        for (int at : new int[] {3, 5, 8}) {
            byte[] wrong = extension.clone();
            wrong[at]++;
            assertThat(read(Hellos.with(wrong))).as("length at %d", at).isEqualTo(Refused.MALFORMED);
        }
    }

    @Test
    void anyChangeOfAMessageIsAnsweredWithoutAnException() throws Exception {
        byte[] whole = Hellos.ofJdk("shop.example");
        Seeded.rounds(20_000, random -> {
            byte[] changed = whole.clone();
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                changed[random.nextInt(Math.min(changed.length, 300))] = (byte) random.nextInt();
            }
            assertThat(read(Arrays.copyOf(changed, random.nextInt(changed.length + 1)))).isNotNull();
        });
    }
}
