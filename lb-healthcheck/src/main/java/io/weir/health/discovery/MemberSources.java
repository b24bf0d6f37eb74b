package io.weir.health.discovery;

import io.weir.core.model.Configuration;
import io.weir.core.model.Discovery;
import io.weir.core.model.Pool;
import io.weir.net.EventLoops;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the files and name servers that pools name for members, each on a virtual thread of its own, since either may hang. Any thread.
 */
public final class MemberSources implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberSources.class);
    /** How long after a fault of ours a source is opened anew. */
    private static final Duration REOPEN = Duration.ofSeconds(5);

    private final EventLoops loops;
    private final Outcomes outcomes;
    private final Map<String, Watch> watchByPool = new HashMap<>();
    private boolean closed;

    /** @param outcomes told of each answer that differs from the one before */
    public MemberSources(EventLoops loops, Outcomes outcomes) {
        this.loops = loops;
        this.outcomes = outcomes;
    }

    /** Who is told; called on the virtual thread of a source. */
    @FunctionalInterface
    public interface Outcomes {
        /** @param discovery that was followed, to know late answers of one that is not wanted any more */
        void accept(String pool, Discovery discovery, Lookup lookup);
    }

    private record Watch(Discovery discovery, Set<String> zones, Thread thread) {
        boolean serves(Pool pool, Set<String> names) {
            return pool.discovery().filter(discovery::equals).isPresent() && zones.equals(names);
        }
    }

    /** Watches what this configuration names; sources that did not change are not disturbed. */
    public synchronized void follow(Configuration configuration) {
        if (closed) {
            return;
        }
        Set<String> zones = configuration.zones().keySet();
        watchByPool.entrySet().removeIf(entry -> {
            Pool pool = configuration.pools().get(entry.getKey());
            boolean gone = pool == null || !entry.getValue().serves(pool, zones);
            if (gone) {
                entry.getValue().thread().interrupt();
            }
            return gone;
        });
        configuration.pools().values().forEach(pool -> {
            if (!watchByPool.containsKey(pool.name())) {
                pool.discovery().ifPresent(discovery -> watch(pool.name(), discovery, Set.copyOf(zones)));
            }
        });
    }

    private void watch(String pool, Discovery discovery, Set<String> zones) {
        source(discovery, zones).ifPresent(opened -> {
            Thread thread = Thread.ofVirtual().name("source " + pool).start(() -> run(pool, discovery, opened));
            watchByPool.put(pool, new Watch(discovery, zones, thread));
        });
    }

    private Optional<Supplier<MemberSource>> source(Discovery discovery, Set<String> zones) {
        return switch (discovery) {
            case Discovery.File file -> Optional.of(() -> new FileSource(file, zones, InstantSource.system()));
            case Discovery.Dns dns -> Optional.of(() -> new DnsSource(dns, new NettyResolver(loops, dns.server())));
            case Discovery.Registered _ -> Optional.empty(); // members come by themselves
        };
    }

    private void run(String pool, Discovery discovery, Supplier<MemberSource> opened) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                ask(pool, discovery, opened);
                Thread.sleep(REOPEN);
            }
        } catch (InterruptedException _) {
            // nobody wants its answers any more
        }
    }

    /** Returns only when the source broke, which is a failure like others; it is opened anew. */
    private void ask(String pool, Discovery discovery, Supplier<MemberSource> opened) throws InterruptedException {
        Optional<Lookup> before = Optional.empty();
        try (MemberSource source = opened.get()) {
            while (true) {
                var answer = source.ask();
                if (!before.equals(Optional.of(answer.lookup()))) {
                    outcomes.accept(pool, discovery, answer.lookup());
                    before = Optional.of(answer.lookup());
                }
                Thread.sleep(answer.again());
            }
        } catch (RuntimeException broken) {
            LOG.error("the source of pool {} broke", pool, broken);
            outcomes.accept(pool, discovery, new Lookup.Failed(String.valueOf(broken.getMessage())));
        }
    }

    /** Ends all watches; does not wait for them. */
    @Override
    public synchronized void close() {
        closed = true;
        watchByPool.values().forEach(watch -> watch.thread().interrupt());
        watchByPool.clear();
    }
}
