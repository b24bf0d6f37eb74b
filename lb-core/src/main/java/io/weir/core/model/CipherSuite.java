package io.weir.core.model;

/**
 * A cipher suite of TLS 1.0 to 1.2 that can be chosen. Those of TLS 1.3 are all safe and always on. Left out are suites that BoringSSL does not
 * have (CBC with SHA-2) and 3DES (CVE-2016-2183).
 */
public enum CipherSuite {
    ECDHE_ECDSA_AES128_GCM_SHA256("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
    ECDHE_RSA_AES128_GCM_SHA256("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
    ECDHE_ECDSA_AES256_GCM_SHA384("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
    ECDHE_RSA_AES256_GCM_SHA384("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
    ECDHE_ECDSA_CHACHA20_POLY1305("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
    ECDHE_RSA_CHACHA20_POLY1305("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
    ECDHE_ECDSA_AES128_SHA("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
    ECDHE_RSA_AES128_SHA("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
    ECDHE_ECDSA_AES256_SHA("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
    ECDHE_RSA_AES256_SHA("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
    AES128_GCM_SHA256("TLS_RSA_WITH_AES_128_GCM_SHA256"),
    AES256_GCM_SHA384("TLS_RSA_WITH_AES_256_GCM_SHA384"),
    AES128_SHA("TLS_RSA_WITH_AES_128_CBC_SHA"),
    AES256_SHA("TLS_RSA_WITH_AES_256_CBC_SHA");

    private final String standardName;

    CipherSuite(String standardName) {
        this.standardName = standardName;
    }

    /** OpenSSL's name, which the configuration uses: {@code ECDHE-RSA-AES128-GCM-SHA256}. */
    public String text() {
        return name().replace('_', '-');
    }

    /** OpenSSL's name for what IANA calls so; TLS 1.3's have one name. */
    public static String textOf(String standardName) {
        for (CipherSuite suite : values()) {
            if (suite.standardName.equals(standardName)) {
                return suite.text();
            }
        }
        return standardName;
    }

    /** IANA's name, which Java's security providers use. */
    public String standardName() {
        return standardName;
    }

    /** Whether the key of each connection is made for it alone, so that the certificate's key opens no recorded traffic. */
    public boolean forwardSecret() {
        return name().startsWith("ECDHE");
    }
}
