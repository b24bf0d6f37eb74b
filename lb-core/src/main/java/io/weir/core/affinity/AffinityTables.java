package io.weir.core.affinity;

import com.github.benmanes.caffeine.cache.Ticker;
import io.weir.core.model.Affinity;
import io.weir.core.model.Configuration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps each pool's table while configurations come and go. {@code control} makes and drops tables; any thread may look at them. */
public final class AffinityTables {
    private final AffinityFeed feed;
    private final Ticker now;
    private final Map<String, AffinityTable> tableByPool = new ConcurrentHashMap<>();

    /** @param feed takes what changes in all of them */
    public AffinityTables(AffinityFeed feed) {
        this(feed, Ticker.systemTicker());
    }

    AffinityTables(AffinityFeed feed, Ticker now) {
        this.feed = feed;
        this.now = now;
    }

    /** The pool's table, which follows {@code rules} at once; a new one if other bits of addresses tell sources apart than before. */
    public AffinityTable table(String pool, Affinity rules) {
        AffinityTable table = tableByPool.compute(pool,
                (_, known) -> known != null && known.suits(rules) ? known : new AffinityTable(pool, rules, feed, now));
        table.follow(rules);
        return table;
    }

    /** Forgets tables that no pool of {@code configuration} has. */
    public void retain(Configuration configuration) {
        tableByPool.keySet()
            .removeIf(name -> Optional.ofNullable(configuration.pools().get(name)).flatMap(pool -> pool.affinity()).isEmpty());
    }

    /** Those of all pools that have one. */
    public Collection<AffinityTable> all() {
        return tableByPool.values();
    }

    public Optional<AffinityTable> of(String pool) {
        return Optional.ofNullable(tableByPool.get(pool));
    }
}
