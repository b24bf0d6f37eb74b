package io.weir.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.weir.net.tls.ClientHello.Result;
import java.nio.ByteBuffer;

/** Any bytes: no exception; what is refused or understood stays so when more comes, and a name is one line of visible ASCII. */
class ClientHelloFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void aVerdictOnABeginningStands(byte[] bytes) {
        Result whole = ClientHello.read(ByteBuffer.wrap(bytes));
        for (int length = 0; length < bytes.length; length += 1 + bytes.length / 50) {
            Result part = ClientHello.read(ByteBuffer.wrap(bytes, 0, length));
            if (part != Result.More.MORE) {
                assertThat(whole).isEqualTo(part);
            }
        }
        if (whole instanceof Result.Hello(var name) && name != null) {
            assertThat(name).matches("[!-~]{1,255}");
        }
    }
}
