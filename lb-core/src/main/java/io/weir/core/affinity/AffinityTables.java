package io.weir.core.affinity;

import com.github.benmanes.caffeine.cache.Ticker;
import io.weir.core.model.Affinity;
import io.weir.core.model.Algorithm;
import io.weir.core.model.Algorithm.HashKey;
import io.weir.core.model.Configuration;
import io.weir.core.model.Pool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps each pool's table while configurations come and go. {@code control} makes and drops tables; any thread may look at them. */
public final class AffinityTables {
    /** A QUIC connection may live long before its client has another address; the bound is what ends entries. */
    private static final Affinity CONNECTION_IDS = Affinity.of(Affinity.MAX_TIMEOUT);

    private final AffinityFeed feed;
    private final Ticker now;
    private final Map<String, AffinityTable> tableByPool = new ConcurrentHashMap<>();
    /** Until the first configuration is there. */
    private final Map<String, List<AffinityBatch>> inheritedByPool = new ConcurrentHashMap<>();

    /** @param feed takes what changes in all of them */
    public AffinityTables(AffinityFeed feed) {
        this(feed, Ticker.systemTicker());
    }

    AffinityTables(AffinityFeed feed, Ticker now) {
        this.feed = feed;
        this.now = now;
    }

    /** What a pool's entries are and how long they live. */
    private record Wanted(KeyForm form, Affinity rules) {
        static Optional<Wanted> by(Pool pool) {
            return pool.algorithm() instanceof Algorithm.Maglev maglev && maglev.key() == HashKey.QUIC_ID
                    ? Optional.of(new Wanted(new KeyForm.ConnectionId(maglev.quicIdBytes()), CONNECTION_IDS))
                    : pool.affinity().map(rules -> new Wanted(SourcePrefix.of(rules), rules));
        }
    }

    /**
     * The table of a pool that has one, which follows its rules at once; a new one if other bytes tell its clients apart than before. A pool with source
     * affinity has one, and one that hashes QUIC connection ids.
     */
    public Optional<AffinityTable> table(Pool pool) {
        return Wanted.by(pool).map(wanted -> {
            AffinityTable table = tableByPool.compute(pool.name(), (name, known) -> known != null && known.suits(wanted.form()) ? known
                    : new AffinityTable(name, wanted.form(), wanted.rules(), feed, now));
            table.follow(wanted.rules());
            Optional.ofNullable(inheritedByPool.remove(pool.name())).ifPresent(table::goOn);
            return table;
        });
    }

    /** All entries, for a process that takes this one's place. Reads all tables: not on event loops. */
    public List<AffinityBatch> handOver() {
        return tableByPool.values().stream().flatMap(table -> table.batches().stream()).toList();
    }

    /** Has the tables of the first configuration begin with what another process knew. Before there is one. */
    public void goOnWith(List<AffinityBatch> batches) {
        batches.forEach(batch -> inheritedByPool.computeIfAbsent(batch.pool(), _ -> new ArrayList<>()).add(batch));
    }

    /** Forgets tables that no pool of {@code configuration} has. */
    public void retain(Configuration configuration) {
        inheritedByPool.clear();
        tableByPool.keySet()
            .removeIf(name -> Optional.ofNullable(configuration.pools().get(name)).flatMap(Wanted::by).isEmpty());
    }

    /** Those of all pools that have one. */
    public Collection<AffinityTable> all() {
        return tableByPool.values();
    }

    public Optional<AffinityTable> of(String pool) {
        return Optional.ofNullable(tableByPool.get(pool));
    }
}
