package io.weir.cli.output;

import java.util.Locale;

/** The values of {@code -o}. */
public enum OutputFormat {
    TABLE, JSON, YAML, NAME;

    /** As the user writes it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
