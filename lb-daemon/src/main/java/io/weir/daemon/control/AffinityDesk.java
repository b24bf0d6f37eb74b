package io.weir.daemon.control;

import io.weir.core.affinity.AffinityChange;
import io.weir.core.affinity.AffinityFeed;
import io.weir.core.affinity.AffinityFollower;
import io.weir.core.affinity.AffinityTable;
import io.weir.core.affinity.AffinityTables;
import io.weir.core.health.BackendKey;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/**
 * Looks after the affinity tables on a thread of its own: removes what has expired, so that event loops find little to remove, and tells followers what
 * changed. Any thread.
 */
public final class AffinityDesk implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(50);
    /** Reading large tables again costs more than the counts are worth in every tick. */
    private static final int TICKS_BETWEEN_RECOUNTS = 200;
    private static final AffinityFollower NOBODY = new AffinityFollower() {
        @Override
        public void changed(Collection<AffinityChange> changes) {
            // in the tables already
        }

        @Override
        public void missed() {
            // in the tables already
        }
    };

    private final CommandThread thread = new CommandThread("affinity");
    private final AffinityFeed feed = new AffinityFeed();
    private final AffinityTables tables = new AffinityTables(feed);
    private final AffinityCounts counts = new AffinityCounts();
    private int ticksToRecount;

    /** Begins at once. */
    public AffinityDesk() {
        thread.after(TICK, this::tick);
    }

    private void tick() {
        try {
            tables.all().forEach(AffinityTable::clean);
            feed.drain(counts);
            counts.retain(tables.all());
            ticksToRecount = Math.max(0, ticksToRecount - 1);
            if (counts.doubtful() && ticksToRecount == 0) {
                ticksToRecount = TICKS_BETWEEN_RECOUNTS;
                recount();
            }
        } finally {
            thread.after(TICK, this::tick);
        }
    }

    /** What changes while a table is read may be in what was read or not. */
    private void recount() {
        feed.drain(NOBODY);
        counts.recount(tables.all());
        if (feed.drain(NOBODY) > 0) {
            counts.missed();
        }
    }

    public AffinityTables tables() {
        return tables;
    }

    /** How many sources stay at each backend of a table; a moment old. */
    public Map<BackendKey, Long> entries(AffinityTable table) {
        return counts.entries(table);
    }

    /** Changes that followers were not told. */
    public long dropped() {
        return feed.dropped();
    }

    @Override
    public void close() {
        thread.close();
    }
}
