package io.weir.health.probe;

/**
 * Text that a regular expression may look at only so many times: a pattern that backtracks without end would hold up the probe loop, for what
 * it is matched with comes from a member. Confined to its owner.
 */
final class MeteredText implements CharSequence {
    /** Some milliseconds; a pattern that reads 8 KiB a hundred times stays below. */
    static final int MOST_LOOKS = 1_000_000;

    private final String text;
    private int looks;

    MeteredText(String text) {
        this.text = text;
    }

    /** The text was looked at too often. */
    static final class Spent extends RuntimeException {
        private static final long serialVersionUID = 1;

        Spent() {
            super("over " + MOST_LOOKS + " looks at a text", null, false, false);
        }
    }

    @Override
    public char charAt(int index) {
        if (++looks > MOST_LOOKS) {
            throw new Spent();
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.substring(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
