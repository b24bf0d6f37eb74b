package io.weir.daemon.overload;

/**
 * How much of something is in use.
 *
 * @param what for people: {@code heap}, {@code direct memory}, {@code TCP memory of the kernel}
 * @param share 0 to 1, and above where a bound is a soft one
 */
record Usage(String what, double share) {
    /** New connections are turned away from here on. */
    static final double SHED_FROM = 0.90;

    /** Below this they are taken again. */
    static final double TAKE_BELOW = 0.80;

    /** Whether new connections are turned away for it, if they were or were not before. */
    boolean sheds(boolean before) {
        return share >= (before ? TAKE_BELOW : SHED_FROM);
    }

    String text() {
        return what + " is " + Math.round(share * 100) + " % in use";
    }
}
