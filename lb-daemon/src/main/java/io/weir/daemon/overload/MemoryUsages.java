package io.weir.daemon.overload;

import io.netty.util.internal.PlatformDependent;
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
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks how much memory is in use: of the heap what the last full collection left, of the kernel what all TCP sockets of the host hold. Any thread. */
final class MemoryUsages implements Supplier<List<Usage>> {
    static final String HEAP = "heap";

    private static final Pattern TCP_PAGES = Pattern.compile("(?m)^TCP: .*\\bmem (\\d+)");
    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\s+(\\d+)\\s+(\\d+)\\s*");

    private final Path proc;
    private final List<MemoryPoolMXBean> oldGenerations = ManagementFactory.getMemoryPoolMXBeans()
        .stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP && pool.isCollectionUsageThresholdSupported() && pool.isUsageThresholdSupported())
        .toList();
    private final List<BufferPoolMXBean> buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);

    /** @param proc where the kernel tells of itself, {@code /proc} */
    MemoryUsages(Path proc) {
        this.proc = proc;
    }

    @Override
    public List<Usage> get() {
        List<Usage> all = new ArrayList<>();
        oldGenerations.forEach(pool -> heap(pool.getCollectionUsage(), pool.getUsage(), all));
        direct(all);
        kernel(all);
        return all;
    }

    /** What is used now bounds what is live too, and is newer. */
    private static void heap(@Nullable MemoryUsage afterCollection, MemoryUsage now, List<Usage> all) {
        if (afterCollection != null && now.getMax() > 0) {
            long live = Math.min(afterCollection.getUsed(), now.getUsed());
            all.add(new Usage(HEAP, (double) live / now.getMax()));
        }
    }

    private void direct(List<Usage> all) {
        long used = Math.max(0, PlatformDependent.usedDirectMemory());
        for (BufferPoolMXBean pool : buffers) {
            used += pool.getName().equals("direct") ? pool.getMemoryUsed() : 0;
        }
        all.add(new Usage("direct memory", (double) used / PlatformDependent.maxDirectMemory()));
    }

    /** Above the second bound of tcp_mem (tcp(7)) the kernel begins to take memory away from sockets. */
    private void kernel(List<Usage> all) {
        try {
            Matcher pages = TCP_PAGES.matcher(Files.readString(proc.resolve("net/sockstat")));
            Matcher bounds = NUMBERS.matcher(Files.readString(proc.resolve("sys/net/ipv4/tcp_mem")));
            if (pages.find() && bounds.matches()) {
                all.add(new Usage("the kernel's TCP memory", Double.parseDouble(pages.group(1)) / Double.parseDouble(bounds.group(2))));
            }
        } catch (IOException hidden) {
            // A host that does not tell is judged by the rest.
        }
    }
}
