package io.weir.daemon.control;

import io.weir.core.config.TrafficResult;
import io.weir.core.model.Configuration;

/**
 * A valid configuration that somebody wants in force. Immutable, any thread.
 *
 * @param base number of the revision that it was made from; when another one is in force by then, it is not committed
 * @param text of the document, as it will be stored and shown
 * @param by who wants it
 * @param summary what it changes, in a few words
 */
public record Proposal(long base, String text, TrafficResult.Accepted accepted, String by, String summary) {
    Configuration configuration() {
        return accepted.configuration();
    }
}
