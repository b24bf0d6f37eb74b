package io.weir.health.probe;

import io.weir.core.health.ProbeOutcome.Cause;
import io.weir.core.model.Probe;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One question to a name server, judged by the code of its answer (RFC 1035 4.1). Nothing behind the header of an answer is looked at, so that no
 * more of the format is needed than this. Any thread.
 */
record DnsQuestion(Probe.Dns settings, short id) implements DatagramProbe.Question {
    private static final int HEADER_BYTES = 12;
    private static final int IS_ANSWER = 0x8000;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int RCODE = 0x000f;
    /** By their codes, from 0 on (RFC 1035 4.1.1). */
    private static final List<Probe.Dns.Rcode> RCODES = List.of(Probe.Dns.Rcode.NOERROR, Probe.Dns.Rcode.FORMERR,
            Probe.Dns.Rcode.SERVFAIL, Probe.Dns.Rcode.NXDOMAIN, Probe.Dns.Rcode.NOTIMP, Probe.Dns.Rcode.REFUSED);
    private static final short INTERNET = 1;

    @Override
    public byte[] datagram() {
        byte[] question = question();
        return ByteBuffer.allocate(HEADER_BYTES + question.length)
            .putShort(id)
            .putShort((short) RECURSION_DESIRED)
            .putShort((short) 1)
            .putShort((short) 0)
            .putShort((short) 0)
            .putShort((short) 0)
            .put(question)
            .array();
    }

    private byte[] question() {
        var bytes = new ByteArrayOutputStream();
        for (String label : settings.name().split("\\.", 0)) {
            byte[] ascii = label.getBytes(StandardCharsets.US_ASCII);
            bytes.write(ascii.length);
            bytes.writeBytes(ascii);
        }
        bytes.write(0);
        bytes.writeBytes(ByteBuffer.allocate(2 * Short.BYTES).putShort(typeCode()).putShort(INTERNET).array());
        return bytes.toByteArray();
    }

    /** RFC 1035 3.2.2, RFC 3596, RFC 2782. */
    private short typeCode() {
        return switch (settings.recordType()) {
            case A -> 1;
            case NS -> 2;
            case CNAME -> 5;
            case SOA -> 6;
            case MX -> 15;
            case TXT -> 16;
            case AAAA -> 28;
            case SRV -> 33;
        };
    }

    @Override
    public boolean silencePasses() {
        return false;
    }

    @Override
    public DatagramProbe.Reading read(byte[] answer) {
        if (answer.length < HEADER_BYTES) {
            return new DatagramProbe.Reading.Failed(Cause.BAD_ANSWER, "not a DNS answer");
        }
        ByteBuffer header = ByteBuffer.wrap(answer);
        int flags = header.getShort(Short.BYTES);
        if (header.getShort(0) != id || (flags & IS_ANSWER) == 0) {
            return new DatagramProbe.Reading.Ignored();
        }
        int code = flags & RCODE;
        boolean wanted = code < RCODES.size() && settings.rcodes().contains(RCODES.get(code));
        return wanted ? new DatagramProbe.Reading.Passed()
                : new DatagramProbe.Reading.Failed(Cause.WRONG_STATUS, "rcode " + name(code) + ", want " + wanted());
    }

    private static String name(int code) {
        return code < RCODES.size() ? RCODES.get(code).name() : Integer.toString(code);
    }

    private String wanted() {
        return settings.rcodes().stream().sorted().map(Enum::name).collect(Collectors.joining(" or "));
    }
}
