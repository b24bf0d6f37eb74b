package io.weir.l7.filter;

import io.weir.l7.head.Ascii;
import io.weir.l7.head.MessageHead;
import io.weir.l7.head.OptionList;
import io.weir.l7.head.Token;

/**
 * Removes the fields that end at this hop: the well-known ones and those that Connection names (RFC 9110 7.6.1). Confined
 * to one event loop.
 *
 * <p>Framing is the connection's own, so Transfer-Encoding goes too and is written anew. Upgrade goes: no other protocol
 * is spoken here.
 */
public final class HopByHop {
    private final OptionList named = new OptionList();

    /** Also removes what a client must not tell a backend in Weir's name. */
    public void stripRequest(MessageHead head) {
        stripConnections(head);
        int fields = head.fields();
        for (int field = 0; field < fields; field++) {
            switch (head.token(field)) {
                case Token.OTHER, Token.HOST, Token.CONTENT_LENGTH, Token.COOKIE, Token.X_WEIR_REASON -> {
                    // end to end
                }
                default -> head.remove(field);
            }
        }
    }

    /** Also removes what a backend must not tell a client in Weir's name. */
    public void stripResponse(MessageHead head) {
        stripConnections(head);
        int fields = head.fields();
        for (int field = 0; field < fields; field++) {
            switch (head.token(field)) {
                case Token.TRANSFER_ENCODING, Token.KEEP_ALIVE, Token.PROXY_CONNECTION, Token.TRAILER, Token.UPGRADE,
                        Token.HTTP2_SETTINGS, Token.X_WEIR_REASON ->
                    head.remove(field);
                default -> {
                    // end to end
                }
            }
        }
    }

    private void stripConnections(MessageHead head) {
        int fields = head.fields();
        for (int field = 0; field < fields; field++) {
            if (head.token(field) == Token.CONNECTION) {
                stripConnection(head, field);
            }
        }
    }

    private void stripConnection(MessageHead head, int connection) {
        named.over(head, connection);
        while (named.next()) {
            removeNamed(head, named.at(), named.length());
        }
        head.remove(connection);
    }

    /** The Host and the length of a message belong to no hop, whoever says so. */
    private static void removeNamed(MessageHead head, int at, int length) {
        byte[] bytes = head.bytes();
        for (int field = 0; field < head.fields(); field++) {
            int token = head.token(field);
            boolean endToEnd = token == Token.HOST || token == Token.CONTENT_LENGTH || token == Token.CONNECTION;
            if (!endToEnd && !head.removed(field) && head.nameLength(field) == length
                    && sameName(bytes, head.nameAt(field), at, length)) {
                head.value(field, bytes, 0, 0);
                head.remove(field);
            }
        }
    }

    private static boolean sameName(byte[] bytes, int one, int other, int length) {
        for (int i = 0; i < length; i++) {
            if (Ascii.toLower(bytes[one + i]) != Ascii.toLower(bytes[other + i])) {
                return false;
            }
        }
        return true;
    }
}
