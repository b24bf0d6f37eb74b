package io.weir.core.balance;

/**
 * Each candidate as often as its weight says, spread evenly over a cycle that was laid out beforehand: a pick reads one array element however
 * many candidates there are (TEN-09). Immutable, any thread.
 *
 * <p>Weights are first divided by their greatest common divisor; their sum is the cycle's length L. Candidates of equal weight w form a class: its
 * n members have n * w of the L turns. Turn j of a class is due at (j + 1/2) * L / (n * w) and belongs to its member j mod n, so that in a cycle
 * each member has exactly w turns. The cycle is all turns in the order in which they are due; as due times are below L, one counting sort makes it
 * in O(L).
 *
 * <p>Evenness: at any time each class has had its due share of turns give or take a half, so a turn stands within C/2 + 1 places of its due time,
 * where C is the number of classes. Two turns of a member are due L/w apart, hence never more than L/w + C + 2 places apart.
 *
 * <p>Memory: a weight is at most 100, so a candidate adds at most 100 turns (400 bytes), and one turn when all weights are equal: 2,000 candidates
 * of random weights make a cycle of about 100,000 turns, 800 KB at the very most.
 */
final class WeightedRoundRobin implements Balancer {
    private final int[] turns;

    WeightedRoundRobin(int[] weights) {
        this.turns = cycle(weights);
    }

    @Override
    public int pick(PickState state, long hash, long nowNanos) {
        return turns[state.nextTurn(turns.length)];
    }

    /** The candidates in the order of one cycle. */
    private static int[] cycle(int[] weights) {
        int divisor = 0;
        int heaviest = 0;
        for (int weight : weights) {
            divisor = greatestCommonDivisor(weight, divisor);
            heaviest = Math.max(heaviest, weight);
        }
        int[][] classes = classes(weights, divisor, heaviest / divisor);
        long length = 0;
        for (int weight : weights) {
            length += weight / divisor;
        }
        return inDueOrder(classes, Math.toIntExact(length));
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    /** {@code classes[w]} are the candidates of the divided weight {@code w}. */
    private static int[][] classes(int[] weights, int divisor, int heaviest) {
        int[] sizes = new int[heaviest + 1];
        for (int weight : weights) {
            sizes[weight / divisor]++;
        }
        int[][] classes = new int[heaviest + 1][];
        for (int weight = 0; weight <= heaviest; weight++) {
            classes[weight] = new int[sizes[weight]];
        }
        for (int i = weights.length - 1; i >= 0; i--) {
            int weight = weights[i] / divisor;
            classes[weight][--sizes[weight]] = i;
        }
        return classes;
    }

    private static int[] inDueOrder(int[][] classes, int length) {
        int[] place = new int[length + 1];
        for (int weight = classes.length - 1; weight > 0; weight--) {
            int turns = classes[weight].length * weight;
            for (int j = 0; j < turns; j++) {
                place[due(j, turns, length) + 1]++;
            }
        }
        for (int i = 1; i <= length; i++) {
            place[i] += place[i - 1];
        }
        int[] cycle = new int[length];
        for (int weight = classes.length - 1; weight > 0; weight--) { // heavier classes first among turns due together
            int[] members = classes[weight];
            int turns = members.length * weight;
            for (int j = 0; j < turns; j++) {
                cycle[place[due(j, turns, length)]++] = members[j % members.length];
            }
        }
        return cycle;
    }

    /** When turn {@code j} of {@code turns} is due, rounded down; below {@code length}. */
    private static int due(int j, int turns, int length) {
        return (int) ((2L * j + 1) * length / (2L * turns));
    }
}
