package io.weir.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A name server on a loopback port (RFC 1035 4), for tests; it knows what it is told to know. Any thread. */
public final class LoopbackNameServer implements AutoCloseable {
    private static final int A = 1;
    private static final int CNAME = 5;
    private static final int AAAA = 28;
    private static final int SRV = 33;
    private static final int NOERROR = 0;
    private static final int NXDOMAIN = 3;

    private final DatagramSocket socket;
    private final Map<String, List<Entry>> recordsByName = new ConcurrentHashMap<>();
    private final AtomicInteger questions = new AtomicInteger();
    private volatile int code = NOERROR;
    private volatile boolean silent;

    /** Answers on a free port. */
    public LoopbackNameServer() {
        try {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("name-server").start(this::serve);
    }

    /** One record, its data as on the wire. */
    public static final class Entry {
        private final int type;
        private final int ttlSeconds;
        private final byte[] data;

        private Entry(int type, int ttlSeconds, byte[] data) {
            this.type = type;
            this.ttlSeconds = ttlSeconds;
            this.data = data;
        }
    }

    /** An A or AAAA record. */
    public static Entry address(String literal, int ttlSeconds) {
        byte[] bytes = InetAddress.ofLiteral(literal).getAddress();
        return new Entry(bytes.length == 4 ? A : AAAA, ttlSeconds, bytes);
    }

    /** A service record (RFC 2782). */
    public static Entry service(int priority, int weight, int port, String target) {
        return new Entry(SRV, 60, written(out -> {
            out.writeShort(priority);
            out.writeShort(weight);
            out.writeShort(port);
            name(out, target);
        }));
    }

    /** A canonical name. */
    public static Entry alias(String target) {
        return new Entry(CNAME, 60, written(out -> name(out, target)));
    }

    /** From now on these are all records of a name; none takes the name away. */
    public void has(String name, Entry... records) {
        if (records.length == 0) {
            recordsByName.remove(name);
        } else {
            recordsByName.put(name, List.of(records));
        }
    }

    /** Answers every question with this code and nothing else. */
    public void answersWith(int responseCode) {
        code = responseCode;
    }

    /** Answers nothing any more. */
    public void fallSilent() {
        silent = true;
    }

    /** Where it is asked. */
    public InetSocketAddress address() {
        return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
    }

    /** Questions that came since the start. */
    public int questions() {
        return questions.get();
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve() {
        byte[] buffer = new byte[4_096];
        while (!socket.isClosed()) {
            try {
                var packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                questions.incrementAndGet();
                if (!silent) {
                    byte[] answer = answer(buffer);
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException _) {
                // closed
            }
        }
    }

    private byte[] answer(byte[] question) {
        StringBuilder name = new StringBuilder();
        int at = 12;
        while (question[at] != 0) {
            name.append(name.isEmpty() ? "" : ".").append(new String(question, at + 1, question[at], StandardCharsets.US_ASCII));
            at += question[at] + 1;
        }
        int end = at + 5;
        int type = question[at + 2];
        String asked = name.toString();
        boolean known = recordsByName.containsKey(asked);
        String canonical = aliased(asked);
        List<Entry> records = recordsByName.getOrDefault(canonical, List.of()).stream().filter(record -> record.type == type).toList();
        int rcode = code != NOERROR ? code : known ? NOERROR : NXDOMAIN;
        return written(out -> {
            out.write(question, 0, 2);
            out.writeShort(0x8180 | rcode);
            out.writeShort(1);
            boolean moved = !canonical.equals(asked);
            out.writeShort(rcode == NOERROR ? records.size() + (moved ? 1 : 0) : 0);
            out.writeInt(0);
            out.write(question, 12, end - 12);
            if (rcode == NOERROR) {
                if (moved) {
                    record(out, asked, alias(canonical));
                }
                for (Entry record : records) {
                    record(out, canonical, record);
                }
            }
        });
    }

    private String aliased(String name) {
        return recordsByName.getOrDefault(name, List.of())
            .stream()
            .filter(record -> record.type == CNAME)
            .findFirst()
            .map(record -> text(record.data))
            .orElse(name);
    }

    private static String text(byte[] name) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; name[at] != 0; at += name[at] + 1) {
            text.append(text.isEmpty() ? "" : ".").append(new String(name, at + 1, name[at], StandardCharsets.US_ASCII));
        }
        return text.toString();
    }

    private static void record(DataOutputStream out, String name, Entry record) throws IOException {
        name(out, name);
        out.writeShort(record.type);
        out.writeShort(1);
        out.writeInt(record.ttlSeconds);
        out.writeShort(record.data.length);
        out.write(record.data);
    }

    private static void name(DataOutputStream out, String name) throws IOException {
        for (String label : name.split("\\.", -1)) {
            if (!label.isEmpty()) {
                out.writeByte(label.length());
                out.writeBytes(label);
            }
        }
        out.writeByte(0);
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] written(Writing writing) {
        var bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
