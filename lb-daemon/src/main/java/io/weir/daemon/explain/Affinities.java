package io.weir.daemon.explain;

import io.weir.core.affinity.AffinityKey;
import io.weir.core.affinity.AffinityTable;
import io.weir.core.affinity.Target;
import io.weir.core.snapshot.Member;
import io.weir.core.snapshot.PoolView;
import io.weir.daemon.explain.Explanation.Stay;
import java.net.InetAddress;
import java.util.Optional;

/** What affinity says to a client; leaves no trace in the table. Pure. */
final class Affinities {
    private Affinities() {}

    /** @param member who gets the client for it */
    record Found(Stay stay, Optional<Member> member) {}

    /** Empty: the pool has none, or none by address. */
    static Optional<Found> of(PoolView pool, InetAddress client) {
        return pool.affinity().flatMap(table -> Optional.ofNullable(table.key(client)).map(key -> found(pool, table, key)));
    }

    private static Found found(PoolView pool, AffinityTable table, AffinityKey key) {
        String source = table.text(key);
        Target target = table.peek(key);
        if (target == null) {
            return new Found(new Stay(source, Optional.empty(), "it is not known: it stays where it goes now"), Optional.empty());
        }
        Optional<Member> member = pool.keepers()
            .stream()
            .filter(keeper -> new Target(keeper.key(), keeper.backend().address()).equals(target))
            .findFirst();
        return new Found(new Stay(source, Optional.of(target.backend().backend()),
                member.isPresent() ? "it stays there" : "no traffic goes there any more: it stays where it goes now"), member);
    }
}
