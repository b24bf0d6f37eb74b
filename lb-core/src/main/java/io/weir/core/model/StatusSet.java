package io.weir.core.model;

import java.util.BitSet;
import java.util.List;

/** HTTP status codes given as classes ({@code 2xx}) and exact codes ({@code 204}). */
public final class StatusSet {
    public static final String WANTED = "a class 1xx..5xx or a code 100..599";
    private static final int PAST_HIGHEST = 600;

    private final List<String> text;
    private final BitSet codes = new BitSet(PAST_HIGHEST);

    private StatusSet(List<String> text) {
        this.text = List.copyOf(text);
        this.text.forEach(this::add);
    }

    /**
     * Reads classes and codes.
     *
     * @throws IllegalArgumentException at the first entry that is neither a class nor a code
     */
    public static StatusSet of(List<String> entries) {
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("no status given, want " + WANTED);
        }
        return new StatusSet(entries);
    }

    public boolean contains(int status) {
        return codes.get(status);
    }

    /** The entries as they were given. */
    public List<String> text() {
        return text;
    }

    private void add(String entry) {
        if (entry.matches("[1-5]xx")) {
            int first = (entry.charAt(0) - '0') * 100;
            codes.set(first, first + 100);
        } else if (entry.matches("[1-5][0-9][0-9]")) {
            codes.set(Integer.parseInt(entry));
        } else {
            throw new IllegalArgumentException("status is '" + entry + "', want " + WANTED);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StatusSet set && set.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
