package io.weir.daemon.control;

import io.weir.core.config.ConfigDocument;

/** What an edit makes of the configuration, not yet judged. Immutable, any thread. */
public sealed interface Draft {
    /** A whole new text, kept as it was written, comments and all. */
    record Text(String file, String text) implements Draft {}

    /** The document with some places changed. */
    record Document(ConfigDocument document) implements Draft {}
}
