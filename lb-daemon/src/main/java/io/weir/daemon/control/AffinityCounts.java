package io.weir.daemon.control;

import io.weir.core.affinity.AffinityChange;
import io.weir.core.affinity.AffinityFollower;
import io.weir.core.affinity.AffinityTable;
import io.weir.core.affinity.Target;
import io.weir.core.health.BackendKey;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How many sources stay at each backend, added up from the changes of the tables: reading a table of a million entries at each scrape would cost more than
 * all its changes. Confined to the thread that drains the changes, but for {@link #entries}.
 */
final class AffinityCounts implements AffinityFollower {
    private final Map<AffinityTable, Map<BackendKey, Long>> entriesByTable = new ConcurrentHashMap<>();
    private boolean doubtful;

    @Override
    public void changed(Collection<AffinityChange> changes) {
        for (AffinityChange change : changes) {
            add(change.table(), change.before(), -1);
            add(change.table(), change.after(), 1);
        }
    }

    private void add(AffinityTable table, @Nullable Target target, long count) {
        if (target != null) {
            entriesByTable.computeIfAbsent(table, _ -> new ConcurrentHashMap<>())
                .merge(target.backend(), count, AffinityCounts::sum);
        }
    }

    private static @Nullable Long sum(Long known, Long more) {
        return known + more == 0 ? null : Long.valueOf(known + more);
    }

    @Override
    public void missed() {
        doubtful = true;
    }

    /** Whether counts may be wrong by what has changed meanwhile. */
    boolean doubtful() {
        return doubtful;
    }

    /** Forgets tables that are no more. */
    void retain(Collection<AffinityTable> tables) {
        entriesByTable.keySet().retainAll(tables);
    }

    /** Begins again with what the tables hold; changes that were offered before belong to it already and must not be told any more. */
    void recount(Collection<AffinityTable> tables) {
        doubtful = false;
        for (AffinityTable table : tables) {
            Map<BackendKey, Long> counts = new ConcurrentHashMap<>();
            table.forEach((_, target) -> counts.merge(target.backend(), 1L, Long::sum));
            entriesByTable.put(table, counts);
        }
    }

    /** A moment old. */
    Map<BackendKey, Long> entries(AffinityTable table) {
        return Map.copyOf(entriesByTable.getOrDefault(table, Map.of()));
    }
}
