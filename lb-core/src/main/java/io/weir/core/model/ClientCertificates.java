package io.weir.core.model;

import java.nio.file.Path;

/**
 * That clients prove who they are (mutual TLS).
 *
 * @param ca absolute path of the PEM certificates that a client's chain must end at
 * @param required false: a client may have none, but not a wrong one
 */
public record ClientCertificates(Path ca, boolean required) {
    public ClientCertificates {
        if (!ca.isAbsolute()) {
            throw new IllegalArgumentException("ca is '" + ca + "', want an absolute path");
        }
    }
}
