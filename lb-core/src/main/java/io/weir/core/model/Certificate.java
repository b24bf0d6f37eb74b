package io.weir.core.model;

import java.nio.file.Path;

/**
 * A certificate that listeners show, as files that every node has. The files are read again when they change.
 *
 * @param certificate absolute path of a PEM file: the certificate, then those that lead to its authority
 * @param key absolute path of the PEM file of its private key, not encrypted
 */
public record Certificate(String name, Path certificate, Path key) {
    public Certificate {
        Names.check("certificate", name);
        absolute("certificate", certificate);
        absolute("key", key);
    }

    private static void absolute(String what, Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(what + " is '" + path + "', want an absolute path");
        }
    }
}
