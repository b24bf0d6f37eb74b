package io.weir.daemon.overload;

/**
 * How much of something is in use.
 *
 * @param what for people: {@code heap}, {@code direct memory}, {@code the kernel's TCP memory}
 * @param share 0 to 1, and above where a bound is a soft one
 * @param shedFrom new connections are turned away from this share on
 * @param takeUpTo they are taken again when it is no more than this
 * @param collectable whether a collection of the heap may find some of it to be free
 */
public record Usage(String what, double share, double shedFrom, double takeUpTo, boolean collectable) {
    private static final double SHED_FROM = 0.90;
    private static final double TAKE_UP_TO = 0.80;

    static Usage of(String what, double share) {
        return new Usage(what, share, SHED_FROM, TAKE_UP_TO, false);
    }

    static Usage ofHeap(double share) {
        return new Usage("heap", share, SHED_FROM, TAKE_UP_TO, true);
    }

    /** Whether new connections are turned away for it, if they were or were not before. */
    boolean sheds(boolean before) {
        return before ? share > takeUpTo : share >= shedFrom;
    }

    String text() {
        return what + " is " + Math.round(share * 100) + " % in use";
    }
}
