package io.weir.daemon.overload;

import io.netty.util.internal.PlatformDependent;
import io.weir.core.model.MemoryCeiling;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks how much memory is in use: of the heap what the last full collection left, outside it what buffers take, of the kernel what all sockets of the host
 * hold, for it does not tell how much of that is whose. Any thread.
 */
final class MemoryUsages implements Supplier<List<Usage>> {
    static final String CEILING = "memory.ceiling";

    /** As on x86-64, which is all that runs this. */
    private static final long PAGE_BYTES = 4096;
    private static final Pattern SOCKET_PAGES = Pattern.compile("(?m)^(?:TCP|UDP): .*\\bmem (\\d+)");
    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\s+(\\d+)\\s+(\\d+)\\s*");

    private final Path proc;
    private final Optional<MemoryCeiling> ceiling;
    private final List<MemoryPoolMXBean> oldGenerations = ManagementFactory.getMemoryPoolMXBeans()
        .stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP && pool.isCollectionUsageThresholdSupported() && pool.isUsageThresholdSupported())
        .toList();
    private final List<BufferPoolMXBean> buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);

    /** @param proc where the kernel tells of itself, {@code /proc} */
    MemoryUsages(Path proc, Optional<MemoryCeiling> ceiling) {
        this.proc = proc;
        this.ceiling = ceiling;
    }

    @Override
    public List<Usage> get() {
        List<Usage> all = new ArrayList<>();
        long heap = heap(all);
        long direct = direct();
        all.add(Usage.of("direct memory", (double) direct / PlatformDependent.maxDirectMemory()));
        List<Long> pages = socketPages();
        if (!pages.isEmpty()) {
            tcpBound().ifPresent(bound -> all.add(Usage.of("the kernel's TCP memory", (double) pages.getFirst() / bound)));
        }
        long sockets = pages.stream().mapToLong(Long::longValue).sum() * PAGE_BYTES;
        ceiling.ifPresent(most -> all.add(under(most, heap + direct + sockets)));
        return all;
    }

    private static Usage under(MemoryCeiling ceiling, long used) {
        return new Usage(CEILING, (double) used / ceiling.bytes(), 1.0, (double) ceiling.resumeAt() / ceiling.bytes(), true);
    }

    private long heap(List<Usage> all) {
        long live = 0;
        for (MemoryPoolMXBean pool : oldGenerations) {
            long ofPool = live(pool.getCollectionUsage(), pool.getUsage());
            live += ofPool;
            if (pool.getUsage().getMax() > 0) {
                all.add(Usage.ofHeap((double) ofPool / pool.getUsage().getMax()));
            }
        }
        return live;
    }

    /** What is used now bounds what is live too, is newer, and all there is before the first full collection. */
    private static long live(@Nullable MemoryUsage afterCollection, MemoryUsage now) {
        return afterCollection == null || afterCollection.getUsed() == 0
                ? now.getUsed()
                : Math.min(afterCollection.getUsed(), now.getUsed());
    }

    private long direct() {
        long used = Math.max(0, PlatformDependent.usedDirectMemory());
        for (BufferPoolMXBean pool : buffers) {
            used += pool.getName().equals("direct") ? pool.getMemoryUsed() : 0;
        }
        return used;
    }

    /** Of TCP, then of UDP; empty on a host that does not tell, which is judged by the rest. */
    private List<Long> socketPages() {
        try {
            return SOCKET_PAGES.matcher(Files.readString(proc.resolve("net/sockstat"))).results().map(MemoryUsages::pages).toList();
        } catch (IOException hidden) {
            return List.of();
        }
    }

    private static long pages(MatchResult line) {
        return Long.parseLong(line.group(1));
    }

    /** Above the second bound of tcp_mem (tcp(7)) the kernel begins to take memory away from sockets. */
    private Optional<Long> tcpBound() {
        try {
            return NUMBERS.matcher(Files.readString(proc.resolve("sys/net/ipv4/tcp_mem")))
                .results()
                .findFirst()
                .map(bounds -> Long.parseLong(bounds.group(2)));
        } catch (IOException hidden) {
            return Optional.empty();
        }
    }
}
