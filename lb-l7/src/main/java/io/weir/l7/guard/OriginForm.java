package io.weir.l7.guard;

import io.weir.l7.head.MessageHead;
import io.weir.l7.head.Method;

/** Turns the absolute form of a request target into what an origin server gets (RFC 9112 3.2.1, 3.2.4); stateless. */
final class OriginForm {
    private static final byte[] ROOT = {'/'};
    private static final byte[] ASTERISK = {'*'};

    private OriginForm() {}

    /** Leaves the path and query that stand between {@code pathAt} and {@code end}; without a path the root, or all of the server for OPTIONS. */
    static void set(MessageHead head, Method method, int pathAt, int end) {
        if (pathAt < end && head.bytes()[pathAt] == '/') {
            head.target(pathAt, end);
            return;
        }
        boolean asterisk = pathAt == end && method == Method.OPTIONS;
        int at = head.append(asterisk ? ASTERISK : ROOT, 0, 1);
        int count = end - pathAt;
        if (count > 0) {
            head.append(head.bytes(), pathAt, count);
        }
        head.target(at, at + 1 + count);
    }
}
