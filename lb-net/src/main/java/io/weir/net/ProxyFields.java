package io.weir.net;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Puts the additional fields of a PROXY header of version 2 together (PROXY protocol 2.2). For one header. */
final class ProxyFields {
    private static final int PROTOCOL = 0x01;
    private static final int AUTHORITY = 0x02;

    private static final int TLS = 0x20;
    private static final int TLS_VERSION = 0x21;
    private static final int TLS_COMMON_NAME = 0x22;
    private static final int TLS_CIPHER = 0x23;

    /** What the client did: TLS, a certificate in this connection, a certificate in this session. */
    private static final int DID_TLS = 0x01;
    private static final int SHOWED_NOW = 0x02;
    private static final int SHOWED_IN_SESSION = 0x04;

    /** Zero means that a certificate was shown and is right, all else that there was none or it is wrong. */
    private static final int VERIFIED = 0;
    private static final int NOT_VERIFIED = 1;

    /** Backends have small buffers for a header; who has a longer name goes without. */
    private static final int MAX_NAME_BYTES = 255;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void add(int type, byte[] value) {
        out.writeBytes(ByteBuffer.allocate(3).put((byte) type).putShort((short) value.length).array());
        out.writeBytes(value);
    }

    private void add(int type, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        if (value.length <= MAX_NAME_BYTES) {
            add(type, value);
        }
    }

    /** PROXY protocol 2.2.1, 2.2.2 and 2.2.6. */
    void addTls(ClientTls tls) {
        ClientTls.Agreed agreed = tls.agreed();
        if (agreed != null && agreed.protocol() != null) {
            add(PROTOCOL, agreed.protocol());
        }
        if (tls.serverName() != null) {
            add(AUTHORITY, tls.serverName());
        }
        if (agreed != null) {
            add(TLS, agreed(agreed));
        }
    }

    private static byte[] agreed(ClientTls.Agreed agreed) {
        ClientTls.Client client = agreed.client();
        var inner = new ProxyFields();
        inner.add(TLS_VERSION, agreed.version());
        inner.add(TLS_CIPHER, agreed.cipher());
        if (client != null && client.commonName() != null) {
            inner.add(TLS_COMMON_NAME, client.commonName());
        }
        byte[] fields = inner.bytes();
        return ByteBuffer.allocate(5 + fields.length)
            .put((byte) did(client))
            .putInt(client == null ? NOT_VERIFIED : VERIFIED)
            .put(fields)
            .array();
    }

    private static int did(ClientTls.@Nullable Client client) {
        if (client == null) {
            return DID_TLS;
        }
        return DID_TLS | SHOWED_IN_SESSION | (client.resumed() ? 0 : SHOWED_NOW);
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
