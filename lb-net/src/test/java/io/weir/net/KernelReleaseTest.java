package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class KernelReleaseTest {
    private static final KernelRelease NEEDED = new KernelRelease(6, 1);

    @Test
    void distributionsAppendWhatTheyLike() {
        assertThat(KernelRelease.of("6.1.0-18-amd64")).isEqualTo(new KernelRelease(6, 1));
        assertThat(KernelRelease.of("6.18.44-fc-v669")).isEqualTo(new KernelRelease(6, 18));
        assertThat(KernelRelease.of("7.0")).isEqualTo(new KernelRelease(7, 0));
    }

    @Test
    void anOlderReleaseIsToldWhatIsWanted() {
        assertThat(KernelRelease.of("5.15.0").tooOldFor(NEEDED)).contains("this kernel is Linux 5.15, want 6.1 or newer");
        assertThat(KernelRelease.of("6.0.9").tooOldFor(NEEDED)).isPresent();
        assertThat(KernelRelease.of("6.1.0").tooOldFor(NEEDED)).isEmpty();
        assertThat(KernelRelease.of("6.10.1").tooOldFor(NEEDED)).isEmpty();
        assertThat(KernelRelease.of("10.0").tooOldFor(NEEDED)).isEmpty();
    }

    @Test
    void whatHasNoNumbersIsTakenForOld() {
        assertThat(KernelRelease.of("").tooOldFor(NEEDED)).isPresent();
        assertThat(KernelRelease.of("unknown").tooOldFor(NEEDED)).isPresent();
    }
}
