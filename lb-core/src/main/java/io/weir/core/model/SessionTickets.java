package io.weir.core.model;

import java.nio.file.Path;

/** How clients may take up an earlier session, which saves the costly part of the handshake. */
public sealed interface SessionTickets {
    /** Never: every handshake is a full one. */
    record Off() implements SessionTickets {}

    /** With tickets that this process alone opens; its keys are made at random and changed as time goes by. */
    record OwnKeys() implements SessionTickets {}

    /**
     * With tickets that every node opens that has the same file.
     *
     * @param file absolute path; a line a key, 48 bytes in base64: the first seals, all open
     */
    record SharedKeys(Path file) implements SessionTickets {
        public SharedKeys {
            if (!file.isAbsolute()) {
                throw new IllegalArgumentException("keyFile is '" + file + "', want an absolute path");
            }
        }
    }
}
