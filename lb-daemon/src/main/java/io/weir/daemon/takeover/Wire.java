package io.weir.daemon.takeover;

import io.weir.net.MessageSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** {@link Message}s as JSON over a socket; what a newer version has added is passed over. For one thread. */
record Wire(MessageSocket socket) {
    private static final JsonMapper JSON = JsonMapper.builder()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .addModule(new SimpleModule().addSerializer(InetSocketAddress.class, new AddressWriter())
            .addDeserializer(InetSocketAddress.class, new AddressReader()))
        .build();

    /** A message, and the descriptor that came with it. */
    record Received(Message message, OptionalInt descriptor) {}

    void send(Message message) throws IOException {
        send(message, OptionalInt.empty());
    }

    void send(Message message, OptionalInt descriptor) throws IOException {
        socket.send(JSON.writerFor(Message.class).writeValueAsString(message), descriptor);
    }

    /** The next message; empty when the other end is gone. */
    Optional<Received> receive() throws IOException {
        Optional<MessageSocket.Message> raw = socket.receive();
        if (raw.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Received(JSON.readValue(raw.get().text(), Message.class), raw.get().descriptor()));
        } catch (JacksonException e) {
            raw.get().close();
            throw new IOException("a message is not understood: " + e.getOriginalMessage(), e);
        }
    }

    /** An address without a look at any name server: its literal, a blank, its port. */
    private static final class AddressWriter extends ValueSerializer<InetSocketAddress> {
        @Override
        public void serialize(InetSocketAddress address, JsonGenerator out, SerializationContext context) {
            out.writeString(address.getAddress().getHostAddress() + " " + address.getPort());
        }
    }

    private static final class AddressReader extends ValueDeserializer<InetSocketAddress> {
        @Override
        public InetSocketAddress deserialize(JsonParser in, DeserializationContext context) {
            String[] parts = in.getString().split(" ", 2);
            return new InetSocketAddress(InetAddress.ofLiteral(parts[0]), Integer.parseInt(parts[1]));
        }
    }
}
