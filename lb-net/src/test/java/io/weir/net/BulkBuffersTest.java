package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BulkBuffersTest {
    @Test
    void aNearBackendGetsWhatAFastNetworkNeeds() {
        assertThat(BulkBuffers.receiveBytes(0)).isEqualTo(1 << 20);
        assertThat(BulkBuffers.receiveBytes(200)).isEqualTo(1 << 20);
        assertThat(BulkBuffers.receiveBytes(1_000)).isEqualTo(2_500_000);
    }

    @Test
    void oneThatIsFarAwayOrOfUnknownDistanceIsLeftToTheKernel() {
        assertThat(BulkBuffers.receiveBytes(1_700)).isZero();
        assertThat(BulkBuffers.receiveBytes(Integer.MAX_VALUE)).isZero();
        assertThat(BulkBuffers.receiveBytes(-107)).isZero();
    }
}
