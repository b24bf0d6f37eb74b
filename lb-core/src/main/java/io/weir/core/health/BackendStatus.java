package io.weir.core.health;

import io.weir.core.model.Weight;
import java.time.Instant;
import java.util.OptionalInt;

/**
 * What is known of a backend's fitness. A value.
 *
 * @param since when it entered the state
 * @param warmth the part of its weight that counts, in percent: {@value #COLD}.. while it warms up, else {@value #WARM}
 * @param scriptWeight the weight that its script wants, 0..100, in place of the configured one (KA-12); empty unless a script said so
 */
public record BackendStatus(BackendState state, Reason reason, Instant since, By by, int warmth, OptionalInt scriptWeight) {
    /** Where a warm-up begins (ASM-18). */
    public static final int COLD = 10;
    public static final int WARM = 100;

    public BackendStatus {
        if (warmth < COLD || warmth > WARM) {
            throw new IllegalArgumentException("warmth is " + warmth + ", want " + COLD + ".." + WARM);
        }
    }

    /** Of a backend whose whole weight counts. */
    public static BackendStatus of(BackendState state, Reason reason, Instant since, By by) {
        return new BackendStatus(state, reason, since, by, WARM, OptionalInt.empty());
    }

    BackendStatus warmed(int percent) {
        return percent == warmth ? this : new BackendStatus(state, reason, since, by, percent, scriptWeight);
    }

    BackendStatus wanting(OptionalInt weight) {
        return weight.equals(scriptWeight) ? this : new BackendStatus(state, reason, since, by, warmth, weight);
    }

    /** For people: {@code "connect refused, 2 of 2 failed"}. */
    public String cause() {
        return reason.text();
    }

    /** Whether nothing is known of it yet. */
    public boolean withoutResult() {
        return reason.equals(Reason.NO_RESULT);
    }

    /** For programs: {@code connect-refused}. */
    public String causeCode() {
        return reason.code();
    }

    /**
     * The weight before warm-up: the script's where a script said one. A weight of 0 that the operator set stands: nothing goes there whatever
     * a script says.
     */
    public int fullWeight(Weight configured) {
        return configured.units() == 0 ? 0 : scriptWeight.orElse(configured.units());
    }

    /** The weight that counts now, 0..100: above 0 for as long as {@link #fullWeight} is. */
    public int effectiveWeight(Weight configured) {
        return (fullWeight(configured) * warmth + WARM - 1) / WARM;
    }

    /** Whose doing a state is. */
    public enum By {
        CHECK, TRAFFIC, OPERATOR, PEER;

        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
