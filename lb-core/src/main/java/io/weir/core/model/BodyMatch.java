package io.weir.core.model;

import java.util.regex.Pattern;

/**
 * What the first 8 KiB of an answer's body must be.
 *
 * @param not true: must not be
 */
public record BodyMatch(Test test, boolean not) {
    /** How many bytes are looked at; {@link Sha256} fails a longer body. */
    public static final int MAX_BYTES = 8 << 10;

    /** One way to look at a body, read as UTF-8. */
    public sealed interface Test {
        int MAX_TEXT = 1024;

        /** It contains {@code text}, 1..1024 characters. */
        record Contains(String text) implements Test {
            public Contains {
                length("contains", text);
            }
        }

        /** The {@link Pattern} finds a match in it; 1..1024 characters. */
        record Matches(String pattern) implements Test {
            public Matches {
                length("matches", pattern);
                Pattern.compile(pattern);
            }
        }

        /** Its SHA-256 is {@code hex}, 64 lower-case digits. */
        record Sha256(String hex) implements Test {
            public Sha256 {
                if (!hex.matches("[0-9a-f]{64}")) {
                    throw new IllegalArgumentException("sha256 is '" + hex + "', want 64 hexadecimal digits");
                }
            }
        }

        private static void length(String name, String text) {
            if (text.isEmpty() || text.length() > MAX_TEXT) {
                throw new IllegalArgumentException(name + " has " + text.length() + " characters, want 1.." + MAX_TEXT);
            }
        }
    }
}
