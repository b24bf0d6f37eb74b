package io.weir.net.tls;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** First messages of clients, real ones and made-up ones. */
final class Hellos {
    private Hellos() {}

    /** What the JDK's client says first. */
    static byte[] ofJdk(String serverName) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(serverName.isEmpty() ? List.of() : List.of(new SNIHostName(serverName)));
        engine.setSSLParameters(parameters);
        return first(engine);
    }

    private static byte[] first(SSLEngine engine) throws SSLException {
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    /** A ClientHello with these extensions in one record. */
    static byte[] with(byte[] extensions) {
        ByteBuffer body = ByteBuffer.allocate(2 + 32 + 1 + 2 + 2 + 2 + 2 + extensions.length);
        body.putShort((short) 0x0303).put(new byte[32]).put((byte) 0);
        body.putShort((short) 2).putShort((short) 0x1301).put((byte) 1).put((byte) 0);
        body.putShort((short) extensions.length).put(extensions);
        return record(handshake(1, body.array()));
    }

    static byte[] handshake(int type, byte[] body) {
        return ByteBuffer.allocate(4 + body.length).putInt(type << 24 | body.length).put(body).array();
    }

    static byte[] record(byte[] content) {
        return ByteBuffer.allocate(5 + content.length)
            .put((byte) 22)
            .putShort((short) 0x0301)
            .putShort((short) content.length)
            .put(content)
            .array();
    }

    /** The extension that names a server. */
    static byte[] serverName(String name) {
        byte[] ascii = name.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(9 + ascii.length)
            .putShort((short) 0)
            .putShort((short) (5 + ascii.length))
            .putShort((short) (3 + ascii.length))
            .put((byte) 0)
            .putShort((short) ascii.length)
            .put(ascii)
            .array();
    }

    /** The same message in records of at most so many bytes. */
    static byte[] cut(byte[] oneRecord, int most) {
        byte[] message = Arrays.copyOfRange(oneRecord, 5, oneRecord.length);
        List<byte[]> records = new ArrayList<>();
        for (int at = 0; at < message.length; at += most) {
            records.add(record(Arrays.copyOfRange(message, at, Math.min(message.length, at + most))));
        }
        ByteBuffer all = ByteBuffer.allocate(records.stream().mapToInt(each -> each.length).sum());
        records.forEach(all::put);
        return all.array();
    }
}
