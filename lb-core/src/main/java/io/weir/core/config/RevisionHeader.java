package io.weir.core.config;

import java.time.Instant;

/** A revision without its text: what a list of revisions shows. The components are those of {@link Revision}. */
public record RevisionHeader(long number, Instant at, String by, String summary, String hash) {}
