package io.weir.net;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A release of Linux, as far as features depend on it. */
record KernelRelease(int major, int minor) implements Comparable<KernelRelease> {
    private static final Pattern BEGINNING = Pattern.compile("(\\d{1,5})\\.(\\d{1,5}).*", Pattern.DOTALL);

    private static final Comparator<KernelRelease> ORDER = Comparator.comparingInt(KernelRelease::major)
        .thenComparingInt(KernelRelease::minor);

    /** That of this host. */
    static KernelRelease running() {
        return of(System.getProperty("os.version", ""));
    }

    /** What uname(2) calls {@code 6.1.0-18-amd64}; what looks like nothing known is taken for old. */
    static KernelRelease of(String release) {
        Matcher numbers = BEGINNING.matcher(release);
        return numbers.matches()
                ? new KernelRelease(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)))
                : new KernelRelease(0, 0);
    }

    /** Why this release cannot do what came with another; empty if it can. */
    Optional<String> tooOldFor(KernelRelease needed) {
        return compareTo(needed) < 0
                ? Optional.of("this kernel is Linux " + this + ", want " + needed + " or newer")
                : Optional.empty();
    }

    @Override
    public int compareTo(KernelRelease other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
