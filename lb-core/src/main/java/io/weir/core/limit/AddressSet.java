package io.weir.core.limit;

import io.weir.core.model.Cidr;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The addresses of some networks. Immutable, any thread.
 *
 * <p>Two networks are nested or disjoint, so together they are disjoint ranges, and all that is kept is where a range begins and where it is over, in
 * order. An address is in the set if the number of these bounds that are not above it is odd: one binary search, for ten networks as for ten thousand.
 */
public final class AddressSet {
    public static final AddressSet EMPTY = of(List.of());

    private final Bounds inet4;
    private final Bounds inet6;

    private AddressSet(Bounds inet4, Bounds inet6) {
        this.inet4 = inet4;
        this.inet6 = inet6;
    }

    public static AddressSet of(Collection<Cidr> networks) {
        return new AddressSet(bounds(networks, AddressBits.INET4_BYTES), bounds(networks, AddressBits.INET6_BYTES));
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        Bounds bounds = bytes.length == AddressBits.INET4_BYTES ? inet4 : inet6;
        return (bounds.notAbove(AddressBits.high(bytes), AddressBits.low(bytes)) & 1) == 1;
    }

    private static Bounds bounds(Collection<Cidr> networks, int addressBytes) {
        List<Range> ranges = networks.stream()
            .filter(network -> network.network().length == addressBytes)
            .map(Range::of)
            .sorted(Comparator.comparing(Range::first).thenComparing(Range::last, Comparator.reverseOrder()))
            .toList();
        List<Point> bounds = new ArrayList<>();
        Point covered = null;
        for (Range range : ranges) {
            if (covered == null || range.last().compareTo(covered) > 0) {
                covered = range.last();
                add(bounds, range);
            }
        }
        return new Bounds(bounds);
    }

    /** Adds a range that lies above all others; one that touches the last goes on with it. */
    private static void add(List<Point> bounds, Range range) {
        if (!bounds.isEmpty() && bounds.getLast().equals(range.first())) {
            bounds.removeLast();
        } else {
            bounds.add(range.first());
        }
        Point last = range.last();
        if (!last.equals(Point.LAST)) {
            bounds.add(last.next());
        }
    }

    /** A number of 128 bits without a sign. */
    private record Point(long high, long low) implements Comparable<Point> {
        static final Point LAST = new Point(-1, -1);

        Point next() {
            return new Point(low == -1 ? high + 1 : high, low + 1);
        }

        @Override
        public int compareTo(Point other) {
            int byHigh = Long.compareUnsigned(high, other.high);
            return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
        }
    }

    /** The addresses of one network, an IPv4 one with all that could follow its 32 bits. */
    private record Range(Point first, Point last) {
        static Range of(Cidr network) {
            byte[] bytes = network.network();
            int prefix = network.prefixBits();
            var first = new Point(AddressBits.high(bytes), AddressBits.low(bytes));
            return new Range(first, new Point(first.high | ones(prefix), first.low | ones(prefix - Long.SIZE)));
        }

        /** All bits of a word behind its first {@code kept}, which may be less than none or more than all. */
        private static long ones(int kept) {
            return kept >= Long.SIZE ? 0 : -1L >>> Math.max(0, kept);
        }
    }

    /** Points in order. */
    private static final class Bounds {
        private final long[] high;
        private final long[] low;

        Bounds(List<Point> points) {
            high = points.stream().mapToLong(Point::high).toArray();
            low = points.stream().mapToLong(Point::low).toArray();
        }

        /** How many points are not above this one. */
        int notAbove(long pointHigh, long pointLow) {
            int from = 0;
            int to = high.length;
            while (from < to) {
                int middle = (from + to) >>> 1;
                int byHigh = Long.compareUnsigned(high[middle], pointHigh);
                if (byHigh < 0 || (byHigh == 0 && Long.compareUnsigned(low[middle], pointLow) <= 0)) {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            return from;
        }
    }
}
