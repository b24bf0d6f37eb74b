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

    /** Levenshtein distance, letter case aside. */
    private static int errors(String typed, String name) {
        String from = typed.toLowerCase(Locale.ROOT);
        String to = name.toLowerCase(Locale.ROOT);
        int[] above = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[to.length()];
    }
}
