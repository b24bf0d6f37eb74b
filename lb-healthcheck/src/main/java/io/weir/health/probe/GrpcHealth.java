package io.weir.health.probe;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The two messages of grpc.health.v1, each behind its gRPC prefix: a byte for "compressed", four of length. Requests have one string
 * ({@code service = 1}), answers one enum ({@code status = 1}). Any thread.
 */
final class GrpcHealth {
    static final int SERVING = 1;
    private static final List<String> SERVING_NAMES = List.of("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN");
    private static final List<String> STATUS_NAMES = List.of("OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED",
            "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
            "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED");
    private static final int PREFIX_BYTES = 5;
    private static final int TAG_AND_LENGTH_BYTES = 3;
    /** Field 1, length-delimited (protobuf "Encoding"). */
    private static final byte SERVICE_TAG = 0x0a;

    private GrpcHealth() {
    }

    /** What a server has answered. */
    sealed interface Answer {
        record Serving(int status) implements Answer {}

        record Malformed(String problem) implements Answer {}
    }

    /** @param service of at most 255 characters; empty asks for the server as a whole */
    static byte[] request(String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(TAG_AND_LENGTH_BYTES + name.length);
        if (name.length > 0) {
            message.put(SERVICE_TAG);
            writeVarint(message, name.length);
            message.put(name);
        }
        message.flip();
        ByteBuffer framed = ByteBuffer.allocate(PREFIX_BYTES + message.remaining());
        framed.put((byte) 0).putInt(message.remaining()).put(message);
        return framed.array();
    }

    private static void writeVarint(ByteBuffer to, int value) {
        int rest = value;
        while (rest > 0x7f) {
            to.put((byte) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        to.put((byte) rest);
    }

    static Answer answer(byte[] bytes) {
        try {
            ByteBuffer framed = ByteBuffer.wrap(bytes);
            if (framed.get() != 0) {
                return new Answer.Malformed("grpc answer is compressed");
            }
            return framed.getInt() == framed.remaining() ? status(framed) : new Answer.Malformed("grpc answer is not one message");
        } catch (BufferUnderflowException _) {
            return new Answer.Malformed("grpc answer is cut off");
        }
    }

    /** The last field 1 counts; others are passed over, as protobuf asks. Absent is 0. */
    private static Answer status(ByteBuffer message) {
        long status = 0;
        while (message.hasRemaining()) {
            long tag = readVarint(message);
            switch ((int) (tag & 7)) {
                case 0 -> {
                    long value = readVarint(message);
                    status = tag >>> 3 == 1 ? value : status;
                }
                case 1 -> skip(message, Long.BYTES);
                case 2 -> skip(message, readVarint(message));
                case 5 -> skip(message, Integer.BYTES);
                default -> {
                    return new Answer.Malformed("grpc answer is no health message");
                }
            }
        }
        return new Answer.Serving((int) status);
    }

    private static void skip(ByteBuffer message, long bytes) {
        if (bytes < 0 || bytes > message.remaining()) {
            throw new BufferUnderflowException();
        }
        message.position(message.position() + (int) bytes);
    }

    private static long readVarint(ByteBuffer from) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = from.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new BufferUnderflowException();
    }

    static String servingName(int status) {
        return status >= 0 && status < SERVING_NAMES.size() ? SERVING_NAMES.get(status) : Integer.toString(status);
    }

    static String statusName(CharSequence code) {
        String text = code.toString();
        return STATUS_NAMES.stream().filter(name -> text.equals(Integer.toString(STATUS_NAMES.indexOf(name)))).findFirst().orElse(text);
    }
}
