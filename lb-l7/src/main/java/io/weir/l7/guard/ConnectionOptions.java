package io.weir.l7.guard;

import io.weir.l7.head.Ascii;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.OptionList;

/** What the Connection fields of a head say of its connection (RFC 9110 7.6.1). Confined to one event loop. */
final class ConnectionOptions {
    private static final byte[] CLOSE = Ascii.bytes("close");
    private static final byte[] KEEP_ALIVE = Ascii.bytes("keep-alive");

    private final OptionList options = new OptionList();
    private boolean close;
    private boolean keepAlive;
    private boolean wellFormed;

    void clear() {
        close = false;
        keepAlive = false;
        wellFormed = true;
    }

    /** Adds what one Connection field lists. */
    void add(MessageHead head, int field) {
        options.over(head, field);
        while (options.next()) {
            close |= options.is(CLOSE);
            keepAlive |= options.is(KEEP_ALIVE);
        }
        wellFormed &= options.wellFormed();
    }

    boolean wellFormed() {
        return wellFormed;
    }

    /** Whether the connection outlives the message (RFC 9112 9.3). */
    boolean persists(int minorVersion) {
        return !close && (minorVersion >= 1 || keepAlive);
    }
}
