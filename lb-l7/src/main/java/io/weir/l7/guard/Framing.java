package io.weir.l7.guard;

import io.weir.core.model.Desync;
import java.util.Locale;

/** How safely everybody on a request's way agrees where it ends and whom it is for; from good to bad. Any thread. */
public enum Framing {
    /** As a sender should write it. */
    COMPLIANT,
    /** Not as a sender should write it, but nobody reads it in another way. */
    ACCEPTABLE,
    /** Recipients are known to read it in different ways, one of which the standard gives. */
    AMBIGUOUS,
    /** There is no reading that all could share. */
    SEVERE;

    /** Whether a listener that is set so refuses a request for this. */
    public boolean refusedBy(Desync desync) {
        return switch (desync) {
            case MONITOR -> this == SEVERE;
            case DEFENSIVE -> compareTo(AMBIGUOUS) >= 0;
            case STRICTEST -> this != COMPLIANT;
        };
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
