package io.weir.core.model;

import java.util.List;
import java.util.Locale;

/**
 * Networks whose clients a listener takes or turns away (CLB-29). Listeners share it by its name.
 *
 * @param entries IPv4 and IPv6 may mix; an empty list that allows turns everybody away (CLB-30, ALB-21)
 */
public record AccessList(String name, Mode mode, List<Cidr> entries) {
    public AccessList {
        Names.check("access list", name);
        entries = List.copyOf(entries);
    }

    /** What being on the list means. */
    public enum Mode {
        /** Who is on it may come in, and nobody else. */
        ALLOW,
        /** Who is on it may not come in. */
        DENY;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether it can let nobody in. */
    public boolean shutsEverybodyOut() {
        return mode == Mode.ALLOW && entries.isEmpty();
    }
}
