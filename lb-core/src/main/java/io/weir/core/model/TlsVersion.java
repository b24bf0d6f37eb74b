package io.weir.core.model;

/** A version of TLS, older ones first. */
public enum TlsVersion {
    TLS_1_0("TLSv1.0", "TLSv1"),
    TLS_1_1("TLSv1.1", "TLSv1.1"),
    TLS_1_2("TLSv1.2", "TLSv1.2"),
    TLS_1_3("TLSv1.3", "TLSv1.3");

    private final String text;
    private final String standardName;

    TlsVersion(String text, String standardName) {
        this.text = text;
        this.standardName = standardName;
    }

    /** As the configuration writes it. */
    public String text() {
        return text;
    }

    /** As Java's security providers call it. */
    public String standardName() {
        return standardName;
    }
}
