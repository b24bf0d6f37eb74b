package io.weir.daemon.control;

import io.weir.core.config.ConfigDocument;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A change of the configuration that somebody asks for. Immutable.
 *
 * @param change a function of the newest document: it is called again when somebody else was first, and may throw to refuse
 * @param onlyIf the revision that must be in force; empty: any
 * @param force whether it is done even if it would turn every client away
 * @param by who asks
 * @param summary what it changes, in a few words
 */
public record Edit(Function<ConfigDocument, Draft> change, OptionalLong onlyIf, boolean dryRun, boolean force, String by, String summary) {}
