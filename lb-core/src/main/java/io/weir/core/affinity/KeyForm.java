package io.weir.core.affinity;

import io.weir.core.model.ByteRange;
import io.weir.core.model.Cidr;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What the keys of a table are made of. Immutable, any thread. */
sealed interface KeyForm permits SourcePrefix, KeyForm.ConnectionId {
    /** The key of a client; null: its address is none. */
    @Nullable
    AffinityKey key(InetAddress client);

    /** As an operator knows it. */
    String text(AffinityKey key);

    /** Whether the key is that of some address of the network. */
    boolean meets(AffinityKey key, Cidr network);

    /** QUIC connection ids that backends have given out; {@code bytes} of them. */
    record ConnectionId(ByteRange bytes) implements KeyForm {
        private static final int HEX_DIGITS_A_BYTE = 2;

        @Override
        public @Nullable AffinityKey key(InetAddress client) {
            return null;
        }

        @Override
        public String text(AffinityKey key) {
            return "%016x%016x".formatted(key.high(), key.low()).substring(0, HEX_DIGITS_A_BYTE * bytes.length());
        }

        @Override
        public boolean meets(AffinityKey key, Cidr network) {
            return false;
        }
    }
}
