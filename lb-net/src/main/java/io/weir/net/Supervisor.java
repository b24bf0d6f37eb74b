package io.weir.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The service manager that started this process, told what becomes of it by datagrams: sd_notify(3). Any thread.
 *
 * @param socket a path, or a name with {@code @} in front
 */
public record Supervisor(String socket) {
    private static final String VARIABLE = "NOTIFY_SOCKET";
    private static final int MSG_NOSIGNAL = 0x4000;

    /** The manager that the environment names, if one does. */
    public static Optional<Supervisor> ofEnvironment() {
        return Optional.ofNullable(System.getenv(VARIABLE)).filter(name -> !name.isEmpty()).map(Supervisor::new);
    }

    /** The service serves. */
    public void ready() throws IOException {
        tell("READY=1\nMAINPID=" + ProcessHandle.current().pid(), OptionalInt.empty());
    }

    /** The service is ending. */
    public void stopping() throws IOException {
        tell("STOPPING=1", OptionalInt.empty());
    }

    /**
     * Another process is the service from now on. Returns when the manager has taken note of it (sd_notify_barrier(3)): before that, this
     * one's end would be the service's.
     *
     * @throws java.net.SocketTimeoutException if it has not in time
     */
    public void mainProcess(long pid, Duration longest) throws IOException {
        tell("MAINPID=" + pid, OptionalInt.empty());
        try (MessageSocket ours = MessageSocket.pair(this::barrier)) {
            ours.timeout(longest);
            if (ours.receive().isPresent()) {
                throw new IOException("the service manager answered on a barrier");
            }
        }
    }

    /** The manager closes the descriptor when it has read all that came before. */
    private void barrier(int descriptor) throws IOException {
        tell("BARRIER=1", OptionalInt.of(descriptor));
    }

    private void tell(String state, OptionalInt passed) throws IOException {
        byte[] bytes = state.getBytes(StandardCharsets.UTF_8);
        int descriptor = UnixCalls.socket(UnixCalls.SOCK_DGRAM);
        try (Arena arena = Arena.ofConfined()) {
            UnixCalls.connect(descriptor, socket);
            var message = new MessageMemory(arena, bytes.length);
            MemorySegment.copy(bytes, 0, message.bytes(), JAVA_BYTE, 0, bytes.length);
            passed.ifPresent(message::pass);
            UnixCalls.send(descriptor, message.header(), MSG_NOSIGNAL);
        } finally {
            UnixCalls.close(descriptor);
        }
    }
}
