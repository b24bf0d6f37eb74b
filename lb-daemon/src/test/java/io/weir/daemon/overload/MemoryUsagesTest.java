package io.weir.daemon.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.MemoryCeiling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
        assertThat(new MemoryUsages(proc, Optional.empty()).get()).contains(Usage.of("the kernel's TCP memory", 0.875));
    }

    @Test
    void aHostThatDoesNotTellIsJudgedByTheRest() {
        assertThat(new MemoryUsages(proc, Optional.empty()).get()).extracting(Usage::what)
            .doesNotContain("the kernel's TCP memory")
            .contains("direct memory");
    }

    @Test
    void sharesAreSharesOnThisVeryHost() {
        assertThat(new MemoryUsages(Path.of("/proc"), Optional.empty()).get()).hasSizeGreaterThanOrEqualTo(2)
            .allSatisfy(usage -> assertThat(usage.share()).isBetween(0.0, 1.0));
    }

    @Test
    void newConnectionsAreTurnedAwayFromNinetyPercentOnAndTakenAgainAtEighty() {
        assertThat(Usage.ofHeap(0.89).sheds(false)).isFalse();
        assertThat(Usage.ofHeap(0.90).sheds(false)).isTrue();
        assertThat(Usage.ofHeap(0.81).sheds(true)).isTrue();
        assertThat(Usage.ofHeap(0.80).sheds(true)).isFalse();
        assertThat(Usage.ofHeap(0.9).text()).isEqualTo("heap is 90 % in use");
    }

    @Test
    void whatSocketsHoldCountsTowardsTheCeilingAndNewConnectionsAreTakenAgainAtItsLowerMark() throws IOException {
        long ceiling = 1L << 40;
        var usages = new MemoryUsages(proc, Optional.of(new MemoryCeiling(ceiling, ceiling / 2)));
        assertThat(sockets(usages, 0, 0).sheds(false)).isFalse();
        assertThat(sockets(usages, ceiling / 4096 - 1000, 1000).sheds(false)).isTrue();
        assertThat(sockets(usages, ceiling / 4096 - 1000, 1000).share()).isBetween(1.0, 1.1);
        assertThat(sockets(usages, ceiling / 4096 - 1000, 1000).text()).isEqualTo("memory.ceiling is 100 % in use");
        assertThat(sockets(usages, ceiling / 8192, 0).sheds(true)).isTrue();
        assertThat(sockets(usages, ceiling / 16384, 0).sheds(true)).isFalse();
    }

    private Usage sockets(MemoryUsages usages, long tcpPages, long udpPages) throws IOException {
        Files.createDirectories(proc.resolve("net"));
        Files.writeString(proc.resolve("net/sockstat"), """
                TCP: inuse 10 orphan 0 tw 0 alloc 12 mem %d
                UDP: inuse 1 mem %d
                """.formatted(tcpPages, udpPages));
        return usages.get().stream().filter(usage -> usage.what().equals(MemoryUsages.CEILING)).findFirst().orElseThrow();
    }
}
