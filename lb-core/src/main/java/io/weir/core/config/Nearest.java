package io.weir.core.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The name that was probably meant. Any thread. */
final class Nearest {
    private Nearest() {}

    /** The known name with the fewest typing errors against {@code typed}, if those are at most a third of it. */
    static Optional<String> to(String typed, Collection<String> known) {
        if (typed.length() > 64) {
            return Optional.empty();
        }
        int most = Math.max(1, typed.length() / 3);
        return known.stream()
            .filter(name -> errors(typed, name) <= most)
            .min(Comparator.comparingInt(name -> errors(typed, name)));
    }

    /** Edits from one to the other, letter case aside: a letter more, less or wrong, or two neighbours swapped. */
    private static int errors(String typed, String name) {
        String from = typed.toLowerCase(Locale.ROOT);
        String to = name.toLowerCase(Locale.ROOT);
        int[][] errors = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                errors[i][j] = i == 0 || j == 0 ? i + j : fewest(errors, from, to, i, j);
            }
        }
        return errors[from.length()][to.length()];
    }

    private static int fewest(int[][] errors, String from, String to, int i, int j) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int fewest = Math.min(errors[i - 1][j - 1] + (same ? 0 : 1), Math.min(errors[i - 1][j], errors[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(fewest, errors[i - 2][j - 2] + 1) : fewest;
    }
}
