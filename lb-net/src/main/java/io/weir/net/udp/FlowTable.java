package io.weir.net.udp;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The flows of one listener on one loop, by who asked whom. Confined to the loop. Flows of a bucket are linked through
 * themselves, so that the table costs 4 to 8 bytes a flow. It doubles without a pause: a full table stays beside the new
 * one, and each flow that comes or goes moves two buckets. A hash that is seeded anew in each process keeps clients from
 * choosing who shares a bucket.
 */
final class FlowTable {
    private static final int FIRST_BUCKETS = 64;

    /** Beyond, chains grow instead. */
    private static final int MOST_BUCKETS = 1 << 24;

    private static final long K1 = 0x9E3779B97F4A7C15L;

    private static final long K2 = 0xBF58476D1CE4E5B9L;

    private static final long K3 = 0x94D049BB133111EBL;

    private final long seed;

    private @Nullable UdpFlow[] buckets = new UdpFlow[FIRST_BUCKETS];

    /** The smaller table while it is being emptied; its buckets below {@code moved} are. */
    private @Nullable UdpFlow @Nullable [] old;

    private int moved;

    private int size;

    FlowTable(SplittableRandom random) {
        seed = random.nextLong();
    }

    int size() {
        return size;
    }

    /** The hash under which a flow of these two is kept. */
    int hash(Peer client, Peer asked, @Nullable NamedClient named) {
        long hash = seed ^ (client.low * K1);
        hash = (hash ^ (hash >>> 29) ^ client.high) * K2;
        hash = (hash ^ (hash >>> 32) ^ ((long) client.port << 32 | client.scope)) * K3;
        hash = (hash ^ (hash >>> 31) ^ asked.low ^ Long.rotateLeft(asked.high, 17)) * K1;
        int plain = (int) (hash ^ (hash >>> 32));
        return named == null ? plain : 31 * plain + named.hashCode();
    }

    @Nullable
    UdpFlow find(int hash, Peer client, Peer asked, @Nullable NamedClient named) {
        UdpFlow flow = table(hash)[index(hash)];
        while (flow != null && !flow.isOf(hash, client, asked, named)) {
            flow = flow.nextInBucket;
        }
        return flow;
    }

    /** Adds a flow that is not there. */
    void add(UdpFlow flow) {
        moveOn();
        @Nullable UdpFlow[] table = table(flow.hash());
        int index = index(flow.hash());
        flow.nextInBucket = table[index];
        table[index] = flow;
        size++;
        if (size > buckets.length && old == null && buckets.length < MOST_BUCKETS) {
            old = buckets;
            moved = 0;
            buckets = new UdpFlow[2 * buckets.length];
        }
    }

    /** Takes a flow out that is there. */
    void remove(UdpFlow flow) {
        @Nullable UdpFlow[] table = table(flow.hash());
        int index = index(flow.hash());
        UdpFlow before = table[index];
        if (before == flow) {
            table[index] = flow.nextInBucket;
        } else {
            while (before != null && before.nextInBucket != flow) {
                before = before.nextInBucket;
            }
            if (before == null) {
                throw new IllegalStateException("the flow is not there");
            }
            before.nextInBucket = flow.nextInBucket;
        }
        flow.nextInBucket = null;
        size--;
        moveOn();
    }

    private @Nullable UdpFlow[] table(int hash) {
        @Nullable UdpFlow[] small = old;
        return small != null && (hash & (small.length - 1)) >= moved ? small : buckets;
    }

    private int index(int hash) {
        return hash & (table(hash).length - 1);
    }

    private void moveOn() {
        @Nullable UdpFlow[] small = old;
        if (small == null) {
            return;
        }
        for (int end = Math.min(small.length, moved + 2); moved < end;) {
            UdpFlow flow = small[moved];
            small[moved] = null;
            moved++;
            while (flow != null) {
                UdpFlow following = flow.nextInBucket;
                int index = flow.hash() & (buckets.length - 1);
                flow.nextInBucket = buckets[index];
                buckets[index] = flow;
                flow = following;
            }
        }
        if (moved == small.length) {
            old = null;
        }
    }

    /** Visits all flows; the visitor may take the visited one out. */
    void forEach(Consumer<UdpFlow> visitor) {
        while (old != null) {
            moveOn();
        }
        for (UdpFlow first : buckets.clone()) {
            UdpFlow flow = first;
            while (flow != null) {
                UdpFlow following = flow.nextInBucket;
                visitor.accept(flow);
                flow = following;
            }
        }
    }
}
