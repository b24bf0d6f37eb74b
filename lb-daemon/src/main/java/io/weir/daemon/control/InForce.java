package io.weir.daemon.control;

import io.weir.core.config.ConfigDocument;
import io.weir.core.config.Revision;
import io.weir.core.config.TrafficResult;
import io.weir.core.model.Configuration;

/**
 * The revision that traffic follows, as it was written, as a document and as a model. Immutable, any thread.
 *
 * @param number 0 while nothing was ever configured
 */
public record InForce(long number, String text, ConfigDocument document, Configuration configuration) {
    /** Before the first revision. */
    public static final InForce NOTHING = new InForce(0, ConfigDocument.EMPTY.toYaml(), ConfigDocument.EMPTY, Configuration.EMPTY);

    public static InForce of(Revision revision, TrafficResult.Accepted accepted) {
        return new InForce(revision.number(), revision.text(), accepted.document(), accepted.configuration());
    }
}
