package io.weir.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A unix socket that keeps messages apart (SOCK_SEQPACKET) and passes descriptors with them (SCM_RIGHTS, unix(7)): what Java's own sockets
 * cannot. Its calls block for as long as {@link #timeout} allows. For one thread at a time, but for {@link #interrupt}.
 */
public final class MessageSocket implements AutoCloseable {
    /** The most that one message holds, in UTF-8. */
    public static final int MAX_BYTES = 64 << 10;

    private static final int BACKLOG = 4;
    private static final int SO_PEERCRED = 17;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int MSG_CTRUNC = 0x8;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private final int descriptor;
    private boolean closed;

    private MessageSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Who is at the other end, as the kernel noted when it connected. */
    public record Peer(long pid, int user) {
        /** Whether it could do to this process whatever it asks for anyway. */
        public boolean mayReplaceUs() {
            return user == 0 || user == UnixCalls.effectiveUser();
        }
    }

    /**
     * What came.
     *
     * @param descriptor that came with it: the receiver's to close
     */
    public record Message(String text, OptionalInt descriptor) {
        /** Closes the descriptor, for who has no use for the message. */
        public void close() {
            descriptor.ifPresent(UnixCalls::close);
        }
    }

    /** Listens at a path, in place of whatever is there; only this user and root may connect. */
    public static MessageSocket listen(Path path) throws IOException {
        Path temporary = path.resolveSibling(path.getFileName() + "." + ProcessHandle.current().pid());
        Files.deleteIfExists(temporary);
        var socket = new MessageSocket(UnixCalls.socket(UnixCalls.SOCK_SEQPACKET));
        try {
            UnixCalls.bind(socket.descriptor, temporary.toString());
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
            UnixCalls.listen(socket.descriptor, BACKLOG);
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return socket;
        } catch (IOException failure) {
            socket.close();
            Files.deleteIfExists(temporary);
            throw failure;
        }
    }

    /** Connects to who listens at a path. */
    public static MessageSocket connect(Path path) throws IOException {
        var socket = new MessageSocket(UnixCalls.socket(UnixCalls.SOCK_SEQPACKET));
        try {
            UnixCalls.connect(socket.descriptor, path.toString());
            return socket;
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    /** What is done with the other end of a pair. */
    @FunctionalInterface
    interface Passing {
        void pass(int descriptor) throws IOException;
    }

    /** Two connected sockets: one that is answered here, and one that is passed on and closed here. */
    static MessageSocket pair(Passing other) throws IOException {
        int[] descriptors = UnixCalls.pair();
        var ours = new MessageSocket(descriptors[0]);
        try {
            other.pass(descriptors[1]);
            return ours;
        } catch (IOException failure) {
            ours.close();
            throw failure;
        } finally {
            UnixCalls.close(descriptors[1]);
        }
    }

    /** Waits for a connection. */
    public MessageSocket accept() throws IOException {
        return new MessageSocket(UnixCalls.accept(descriptor));
    }

    /** How long a call may wait; what waits longer throws a {@link java.net.SocketTimeoutException}. */
    public void timeout(Duration longest) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timeval = arena.allocate(2L * Long.BYTES, Long.BYTES);
            timeval.set(JAVA_LONG, 0, longest.toSeconds());
            timeval.set(JAVA_LONG, Long.BYTES, longest.toNanosPart() / 1_000);
            UnixCalls.setOption(descriptor, SO_RCVTIMEO, timeval);
            UnixCalls.setOption(descriptor, SO_SNDTIMEO, timeval);
        }
    }

    public Peer peer() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment credentials = arena.allocate(3L * Integer.BYTES, Integer.BYTES);
            UnixCalls.getOption(descriptor, SO_PEERCRED, credentials);
            return new Peer(credentials.get(JAVA_INT, 0), credentials.get(JAVA_INT, Integer.BYTES));
        }
    }

    /** Sends one message; the descriptor stays open here. */
    public void send(String text, OptionalInt passed) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_BYTES) {
            throw new IOException("a message has " + bytes.length + " bytes, want 1.." + MAX_BYTES);
        }
        try (Arena arena = Arena.ofConfined()) {
            var message = new MessageMemory(arena, bytes.length);
            MemorySegment.copy(bytes, 0, message.bytes(), JAVA_BYTE, 0, bytes.length);
            passed.ifPresent(message::pass);
            UnixCalls.send(descriptor, message.header(), MSG_NOSIGNAL);
        }
    }

    /** The next message; empty when the other end has closed. */
    public Optional<Message> receive() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            var message = new MessageMemory(arena, MAX_BYTES);
            message.expectDescriptor();
            int received = UnixCalls.receive(descriptor, message.header(), MSG_CMSG_CLOEXEC);
            if (received == 0) {
                return Optional.empty();
            }
            OptionalInt passed = message.passed();
            if ((message.flags() & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
                passed.ifPresent(UnixCalls::close);
                throw new IOException("a message is longer than " + MAX_BYTES + " bytes or passes more than one descriptor");
            }
            byte[] bytes = new byte[received];
            MemorySegment.copy(message.bytes(), JAVA_BYTE, 0, bytes, 0, received);
            return Optional.of(new Message(new String(bytes, StandardCharsets.UTF_8), passed));
        }
    }

    /** Ends a call that waits, and all later ones; any thread. Of a closed socket nothing is left, its number may be another's by now. */
    public synchronized void interrupt() {
        if (closed) {
            return;
        }
        try {
            UnixCalls.shutdown(descriptor);
        } catch (IOException notConnected) {
            // Nothing waits on it then.
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            UnixCalls.close(descriptor);
        }
    }
}
