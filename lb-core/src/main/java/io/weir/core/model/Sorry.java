package io.weir.core.model;

import java.time.Duration;

/** What clients of a pool without quorum get (KA-14). */
public sealed interface Sorry {
    Sorry NONE = new None();

    /** What a pool without usable backends gives: 503 on HTTP, a closed connection on TCP. */
    record None() implements Sorry {}

    /**
     * An answer of Weir's own on HTTP; on TCP the connection is closed.
     *
     * @param status 200..599
     * @param body at most 64 KiB of UTF-8, sent as {@code text/plain} or, when it starts with '<', as {@code text/html}
     * @param retryAfter whole seconds, 0s..24h; 0s sends no Retry-After
     */
    record Page(int status, String body, Duration retryAfter) implements Sorry {
        public static final int DEFAULT_STATUS = 503;
        public static final int MAX_BODY_CHARS = 64 << 10;
        public static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(5);
        public static final Duration MAX_RETRY_AFTER = Duration.ofHours(24);

        public Page {
            if (status < 200 || status > 599) {
                throw new IllegalArgumentException("status is " + status + ", want 200..599");
            }
            if (body.length() > MAX_BODY_CHARS) {
                throw new IllegalArgumentException("body has " + body.length() + " characters, want at most " + MAX_BODY_CHARS);
            }
            if (retryAfter.isNegative() || retryAfter.compareTo(MAX_RETRY_AFTER) > 0) {
                throw new IllegalArgumentException("retryAfter is " + retryAfter + ", want 0s..24h");
            }
        }
    }

    /** Another pool carries the traffic meanwhile. */
    record Redirected(String pool) implements Sorry {
        public Redirected {
            Names.check("pool", pool);
        }
    }
}
