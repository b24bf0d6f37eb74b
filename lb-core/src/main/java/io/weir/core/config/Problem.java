package io.weir.core.config;

/**
 * One thing that is wrong with a file.
 *
 * @param line from 1; 0 when the value came from no text, as in a single edit through the API
 * @param column from 1; 0 when the value came from no text
 * @param field dotted path such as {@code pools.shop.backends.i-01.weight}; empty is the whole file
 */
public record Problem(String file, int line, int column, String field, String found, String wanted) {
    /** {@code weir.yaml:11:31: pools.shop.backends.i-01.weight: 400, want 0..100}, without the place where there is none. */
    public String message() {
        String place = line == 0 ? "" : file + ":" + line + ":" + column + ": ";
        String subject = field.isEmpty() ? "" : field + ": ";
        return place + subject + found + ", want " + wanted;
    }
}
