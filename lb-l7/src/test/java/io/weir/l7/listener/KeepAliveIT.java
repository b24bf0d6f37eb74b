package io.weir.l7.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.net.Transport;
import io.weir.testkit.RecordingBackend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeepAliveIT {
    @ParameterizedTest
    @EnumSource(Transport.class)
    void manyRequestsOfOneClientUseOneConnectionOnEachSide(Transport transport) {
        try (var backend = RecordingBackend.http("one");
                var proxy = new TestProxy(transport).pool("pool", backend.address()).publish();
                var client = proxy.client()) {
            for (int i = 0; i < 100; i++) {
                var answer = client.get("/path" + i);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("one\n");
            }

            assertThat(backend.accepted()).isEqualTo(1);
            assertThat(backend.requests()).hasSize(100);
            assertThat(backend.requests().get(41).target()).isEqualTo("/path41");
            assertThat(proxy.count(counters -> counters.requests())).isEqualTo(100);
        }
    }
}
