package io.weir.core.config;

import java.util.List;

/**
 * Refuses keys, and words at keys, whose behaviour has not landed: whoever makes one work takes its line out of {@link #LINES}, here and in
 * docs/configuration.md.
 */
final class NotServedYet {
    /** Paths with {@code *} for names, or such a path, a colon and a word; for a word of a mapping, its key. */
    static final List<String> LINES = List.of(
            "CHECK.type: tls",
            "CHECK.type: https",
            "CHECK.type: grpc",
            "CHECK.type: udp",
            "CHECK.type: icmp",
            "CHECK.type: dns",
            "CHECK.type: script",
            "CHECK.source",
            "CHECK.fastInterval",
            "CHECK.close",
            "CHECK.body",
            "CHECK.version",
            "CHECK.keepAlive");

    private static final String CHECK = "CHECK";
    private static final List<String> CHECKS = List.of("healthChecks.*", "pools.*.healthCheck");

    private NotServedYet() {}

    static void refuse(List<String> lines, Place root, Tree document) {
        for (String line : lines) {
            if (line.startsWith(CHECK)) {
                CHECKS.forEach(check -> refuse(check + line.substring(CHECK.length()), root, document));
            } else {
                refuse(line, root, document);
            }
        }
    }

    private static void refuse(String line, Place root, Tree document) {
        int colon = line.indexOf(": ");
        String path = colon < 0 ? line : line.substring(0, colon);
        refuse(List.of(path.split("\\.")), colon < 0 ? "" : line.substring(colon + 2), root, document);
    }

    private static void refuse(List<String> path, String word, Place place, Tree value) {
        if (path.isEmpty()) {
            refuseWord(word, place, value);
        } else if (value instanceof Tree.Mapping(var entries, var _)) {
            entries.forEach((key, entry) -> {
                if (path.getFirst().equals("*") || path.getFirst().equals(key)) {
                    refuse(path.subList(1, path.size()), word, place.child(key, entry.keyAt()), entry.value());
                }
            });
        }
    }

    private static void refuseWord(String word, Place place, Tree value) {
        boolean there = switch (value) {
            case Tree.Scalar(var plain, var _) -> plain.equals(word);
            case Tree.Mapping(var entries, var _) -> entries.containsKey(word);
            case Tree.Sequence _,Tree.Nothing _ -> false;
        };
        if (word.isEmpty()) {
            place.problemAtKey(value.shown(), "no such key: " + Key.NOT_YET);
        } else if (there) {
            place.problem(value, "another (" + word + " is " + Key.NOT_YET + ")");
        }
    }
}
