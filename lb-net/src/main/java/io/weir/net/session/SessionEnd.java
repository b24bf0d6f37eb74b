package io.weir.net.session;

import io.weir.net.CloseReason;

/** A connection that has ended, as it stood then. */
public record SessionEnd(SessionInfo session, CloseReason reason) {}
