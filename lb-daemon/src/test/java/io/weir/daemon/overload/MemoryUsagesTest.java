package io.weir.daemon.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryUsagesTest {
    @TempDir
    private Path proc;

    @Test
    void theKernelsTcpMemoryIsMeasuredAgainstTheBoundWhereItBeginsToTakeItAway() throws IOException {
        Files.createDirectories(proc.resolve("net"));
        Files.createDirectories(proc.resolve("sys/net/ipv4"));
        Files.writeString(proc.resolve("net/sockstat"), """
                sockets: used 210
                TCP: inuse 10 orphan 0 tw 0 alloc 12 mem 350
                UDP: inuse 1 mem 99999
                """);
        Files.writeString(proc.resolve("sys/net/ipv4/tcp_mem"), "300\t400\t600\n");
        assertThat(new MemoryUsages(proc).get()).contains(new Usage("the kernel's TCP memory", 0.875));
    }

    @Test
    void aHostThatDoesNotTellIsJudgedByTheRest() {
        assertThat(new MemoryUsages(proc).get()).extracting(Usage::what)
            .doesNotContain("the kernel's TCP memory")
            .contains("direct memory");
    }

    @Test
    void sharesAreSharesOnThisVeryHost() {
        assertThat(new MemoryUsages(Path.of("/proc")).get()).hasSizeGreaterThanOrEqualTo(2)
            .allSatisfy(usage -> assertThat(usage.share()).isBetween(0.0, 1.0));
    }

    @Test
    void newConnectionsAreTurnedAwayFromNinetyPercentOnAndTakenAgainBelowEighty() {
        assertThat(new Usage("heap", 0.89).sheds(false)).isFalse();
        assertThat(new Usage("heap", 0.90).sheds(false)).isTrue();
        assertThat(new Usage("heap", 0.80).sheds(true)).isTrue();
        assertThat(new Usage("heap", 0.79).sheds(true)).isFalse();
        assertThat(new Usage("heap", 0.9).text()).isEqualTo("heap is 90 % in use");
    }
}
