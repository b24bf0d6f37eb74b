package io.weir.l4.listener;

/**
 * A listener that could not be opened.
 *
 * @param cause where and why, in one line
 */
public record ListenerFailure(String listener, String cause) {}
