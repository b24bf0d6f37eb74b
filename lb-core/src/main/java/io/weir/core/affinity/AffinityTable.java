package io.weir.core.affinity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import io.weir.core.model.Affinity;
import io.weir.core.model.Cidr;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which backend of one pool each source, or QUIC connection, stays at. Any thread. Looking up takes no lock; an entry that is new or changes locks what it hashes to, for as
 * long as that takes. When the table is full, sources that come seldom are forgotten first.
 *
 * <p>Its entries are hints: whether a backend may be picked is decided by the pool's view, with or without them.
 */
public final class AffinityTable {
    private final String pool;
    private final KeyForm form;
    private final AffinityFeed feed;
    private final Cache<AffinityKey, Target> targetByKey;
    private final LongAdder expired = new LongAdder();
    private final LongAdder evicted = new LongAdder();

    /** @param now in nanoseconds, as {@link System#nanoTime} */
    AffinityTable(String pool, KeyForm form, Affinity rules, AffinityFeed feed, Ticker now) {
        this.pool = pool;
        this.form = form;
        this.feed = feed;
        this.targetByKey = Caffeine.newBuilder()
            .maximumSize(rules.maxEntries())
            .expireAfterAccess(rules.timeout())
            .ticker(now)
            .executor(Runnable::run)
            .evictionListener(this::forgotten)
            .build();
    }

    /**
     * An entry as it stood a moment ago.
     *
     * @param source address or network
     * @param idle since its last connection or request
     */
    public record Entry(String source, Target target, Duration idle) {}

    /**
     * Which entries are meant: those of which all that is given here is true.
     *
     * @param backend a name
     * @param client an address or network; a source that it shares an address with is meant
     */
    public record Filter(Optional<String> backend, Optional<Cidr> client) {
        public static final Filter ALL = new Filter(Optional.empty(), Optional.empty());
    }

    public String pool() {
        return pool;
    }

    /** What the table knows a client by; null: not by its address. */
    public @Nullable AffinityKey key(InetAddress client) {
        return form.key(client);
    }

    /** Where the source stays, which by this goes on to; null: it is not known. */
    public @Nullable Target get(AffinityKey key) {
        return targetByKey.getIfPresent(key);
    }

    /** As {@link #get}, without a trace. */
    public @Nullable Target peek(AffinityKey key) {
        return targetByKey.policy().getIfPresentQuietly(key);
    }

    /**
     * Keeps the source at {@code target} from now on, if it still stays where the caller has seen it.
     *
     * @param seen null: it was not known
     * @return where it stays now: {@code target}, or what somebody else has made of it meanwhile
     */
    public Target claim(AffinityKey key, @Nullable Target seen, Target target) {
        if (target.equals(seen)) {
            return target;
        }
        return targetByKey.asMap().compute(key, (_, now) -> {
            if (now != null && !now.equals(seen)) {
                return now;
            }
            feed.offer(new AffinityChange(this, key, now, target));
            return target;
        });
    }

    /** Keeps the source at {@code target} from now on, wherever it stays. */
    public void put(AffinityKey key, Target target) {
        Target seen = peek(key);
        while (!claim(key, seen, target).equals(target)) {
            seen = peek(key);
        }
    }

    /** Within the removal of the entry, so that nothing comes between. */
    private void forgotten(@Nullable AffinityKey key, @Nullable Target target, RemovalCause cause) {
        (cause == RemovalCause.EXPIRED ? expired : evicted).increment();
        if (key != null) {
            feed.offer(new AffinityChange(this, key, target, null));
        }
    }

    /** Follows a change of timeout and bound; prefixes are the same for as long as the table lives. */
    void follow(Affinity rules) {
        Policy<AffinityKey, Target> policy = targetByKey.policy();
        policy.expireAfterAccess().ifPresent(timeout -> timeout.setExpiresAfter(rules.timeout()));
        policy.eviction()
            .filter(bound -> bound.getMaximum() != rules.maxEntries())
            .ifPresent(bound -> bound.setMaximum(rules.maxEntries()));
    }

    boolean suits(KeyForm wanted) {
        return form.equals(wanted);
    }

    /** Removes what has expired: without it an entry that nobody asks for stays until others come. Not on event loops. */
    public void clean() {
        targetByKey.cleanUp();
    }

    /** How many sources are known; may count some that have just expired. */
    public long size() {
        return targetByKey.estimatedSize();
    }

    /** Entries that their timeout has ended. */
    public long expired() {
        return expired.sum();
    }

    /** Entries that had to go because the table was full. */
    public long evicted() {
        return evicted.sum();
    }

    /** Every entry once, those that change meanwhile as they are before or after. */
    public void forEach(BiConsumer<AffinityKey, Target> visitor) {
        targetByKey.asMap().forEach(visitor);
    }

    /** All entries, for another process. Reads the whole table: not on event loops. */
    List<AffinityBatch> batches() {
        Map<Target, List<AffinityKey>> keysByTarget = new LinkedHashMap<>();
        forEach((key, target) -> keysByTarget.computeIfAbsent(target, _ -> new ArrayList<>()).add(key));
        List<AffinityBatch> batches = new ArrayList<>();
        keysByTarget.forEach((target, keys) -> {
            for (int from = 0; from < keys.size(); from += AffinityBatch.MOST) {
                List<AffinityKey> some = keys.subList(from, Math.min(keys.size(), from + AffinityBatch.MOST));
                batches.add(new AffinityBatch(pool, form.toString(), target, some));
            }
        });
        return batches;
    }

    /** Takes up entries of another process, with a whole timeout before them; what this one knows already is newer. */
    void goOn(List<AffinityBatch> batches) {
        batches.stream()
            .filter(batch -> batch.form().equals(form.toString()))
            .forEach(batch -> batch.keys().forEach(key -> targetByKey.asMap().putIfAbsent(key, batch.target())));
        feed.skipped();
    }

    /** Some that {@code filter} means, {@code most} at most. Reads the whole table if need be: not on event loops. */
    public List<Entry> entries(Filter filter, int most) {
        List<Entry> found = new ArrayList<>();
        for (Map.Entry<AffinityKey, Target> entry : targetByKey.asMap().entrySet()) {
            if (found.size() == most) {
                break;
            }
            if (matches(filter, entry.getKey(), entry.getValue())) {
                found.add(new Entry(form.text(entry.getKey()), entry.getValue(), idle(entry.getKey())));
            }
        }
        return found;
    }

    /** The source as an operator knows it. */
    public String text(AffinityKey key) {
        return form.text(key);
    }

    private Duration idle(AffinityKey key) {
        return targetByKey.policy().expireAfterAccess().flatMap(timeout -> timeout.ageOf(key)).orElse(Duration.ZERO);
    }

    private boolean matches(Filter filter, AffinityKey key, Target target) {
        return (filter.backend().isEmpty() || filter.backend().get().equals(target.backend().backend()))
                && (filter.client().isEmpty() || form.meets(key, filter.client().get()));
    }

    /** Forgets what {@code filter} means, and answers how many. Reads the whole table: not on event loops. */
    public int remove(Filter filter) {
        int removed = 0;
        for (Map.Entry<AffinityKey, Target> entry : targetByKey.asMap().entrySet()) {
            if (matches(filter, entry.getKey(), entry.getValue()) && remove(entry.getKey(), entry.getValue())) {
                removed++;
            }
        }
        return removed;
    }

    private boolean remove(AffinityKey key, Target target) {
        boolean[] removed = {false};
        targetByKey.asMap().computeIfPresent(key, (_, now) -> {
            if (!now.equals(target)) {
                return now;
            }
            feed.offer(new AffinityChange(this, key, now, null));
            removed[0] = true;
            return null;
        });
        return removed[0];
    }
}
