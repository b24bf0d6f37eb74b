package io.weir.core.model;

/** Whether backends in the node's own zone come first within a tier. */
public enum Locality {
    /** A tier's zones are alike. */
    ANY("any"),
    /** The node's own zone first, as far as that does not overload it. */
    PREFER_LOCAL("prefer-local");

    private final String text;

    Locality(String text) {
        this.text = text;
    }

    /** The word in the configuration. */
    public String text() {
        return text;
    }
}
