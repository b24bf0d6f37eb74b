package io.weir.health.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.Seeded;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class GrpcHealthTest {
    private static GrpcHealth.Answer read(String hex) {
        return GrpcHealth.answer(HexFormat.of().parseHex(hex));
    }

    @Test
    void aRequestIsItsPrefixAndTheService() {
        assertThat(HexFormat.of().formatHex(GrpcHealth.request(""))).isEqualTo("0000000000");
        assertThat(HexFormat.of().formatHex(GrpcHealth.request("shop"))).isEqualTo("00000000060a0473686f70");
        assertThat(HexFormat.of().formatHex(GrpcHealth.request("s".repeat(200)), 0, 8)).isEqualTo("00000000cb0ac801");
    }

    @Test
    void anAnswerSaysHowTheServiceStands() {
        assertThat(read("00000000020801")).isEqualTo(new GrpcHealth.Answer.Serving(GrpcHealth.SERVING));
        assertThat(read("00000000020802")).isEqualTo(new GrpcHealth.Answer.Serving(2));
        assertThat(read("0000000000")).isEqualTo(new GrpcHealth.Answer.Serving(0));
    }

    @Test
    void fieldsThatAreNotKnownArePassedOver() {
        assertThat(read("000000000a" + "1203616263" + "0801" + "189601")).isEqualTo(new GrpcHealth.Answer.Serving(1));
    }

    @Test
    void whatIsNotOneWholeMessageIsMalformed() {
        assertThat(read("")).isEqualTo(new GrpcHealth.Answer.Malformed("grpc answer is cut off"));
        assertThat(read("000000000108")).isEqualTo(new GrpcHealth.Answer.Malformed("grpc answer is cut off"));
        assertThat(read("00000000020a7f")).isEqualTo(new GrpcHealth.Answer.Malformed("grpc answer is cut off"));
        assertThat(read("00000000030801")).isEqualTo(new GrpcHealth.Answer.Malformed("grpc answer is not one message"));
        assertThat(read("01000000020801")).isEqualTo(new GrpcHealth.Answer.Malformed("grpc answer is compressed"));
        assertThat(read("00000000010b")).isEqualTo(new GrpcHealth.Answer.Malformed("grpc answer is no health message"));
    }

    @Test
    void randomBytesAreAnsweredWithoutAnException() {
        Seeded.rounds(2_000, random -> {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            assertThat(GrpcHealth.answer(bytes)).isNotNull();

            int length = random.nextInt(60);
            byte[] framed = new byte[5 + length];
            random.nextBytes(framed);
            System.arraycopy(new byte[] {0, 0, 0, 0, (byte) length}, 0, framed, 0, 5);
            assertThat(GrpcHealth.answer(framed)).isNotNull();
        });
    }
}
