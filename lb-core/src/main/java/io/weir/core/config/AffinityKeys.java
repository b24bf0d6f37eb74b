package io.weir.core.config;

import io.weir.core.model.Affinity;
import io.weir.core.model.Affinity.AtWeightZero;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The keys of a pool's {@code affinity}. */
final class AffinityKeys {
    static final Key<Duration> TIMEOUT = Key.otherwise("timeout", Scalars.duration(Affinity.MIN_TIMEOUT, Affinity.MAX_TIMEOUT),
            Affinity.DEFAULT_TIMEOUT, "How long a source is remembered after its last new connection or request.");
    static final Key<Integer> IPV4_PREFIX = Key.otherwise("ipv4Prefix", Scalars.whole(1, Affinity.IPV4_BITS), Affinity.IPV4_BITS,
            "How many leading bits of an IPv4 address are the source.");
    static final Key<Integer> IPV6_PREFIX = Key.otherwise("ipv6Prefix", Scalars.whole(1, Affinity.IPV6_BITS),
            Affinity.DEFAULT_IPV6_PREFIX, "How many leading bits of an IPv6 address are the source.");
    static final Key<Integer> MAX_ENTRIES = Key.otherwise("maxEntries", Scalars.whole(1, Affinity.MOST_ENTRIES), Affinity.DEFAULT_ENTRIES,
            "Sources that are remembered at once; beyond that those that come seldom are forgotten.");
    static final Key<AtWeightZero> WEIGHT_ZERO = Key.otherwise("weightZero", Scalars.lowerCase(AtWeightZero.values()), AtWeightZero.END,
            "Whether sources leave a backend whose weight is set to 0, or keep to it as long as it is healthy.");

    private static final MappingShape<Affinity> SOURCE = MappingShape.of(
            List.of(TIMEOUT, IPV4_PREFIX, IPV6_PREFIX, MAX_ENTRIES, WEIGHT_ZERO),
            fields -> new Affinity(fields.get(TIMEOUT), fields.get(IPV4_PREFIX), fields.get(IPV6_PREFIX), fields.get(MAX_ENTRIES),
                    fields.get(WEIGHT_ZERO)));

    static final Variants<Affinity> SHAPE = Variants.of("type", "What a client is known by: its source, which is its address.",
            Map.of("source", SOURCE), List.of("cookie-insert", "cookie-rewrite", "header"));

    private AffinityKeys() {}
}
