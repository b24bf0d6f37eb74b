package io.weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MessageSocketIT {
    private static final OptionalInt NONE = OptionalInt.empty();

    @TempDir
    private Path folder;

    @Test
    void messagesStayApartAndTheEndIsToldApartFromThem() throws IOException {
        try (var listening = MessageSocket.listen(place()); var client = MessageSocket.connect(place())) {
            try (var server = listening.accept()) {
                server.send("one", NONE);
                server.send("zwölf", NONE);
            }
            assertThat(client.receive()).contains(new MessageSocket.Message("one", NONE));
            assertThat(client.receive()).contains(new MessageSocket.Message("zwölf", NONE));
            assertThat(client.receive()).isEmpty();
        }
    }

    @Test
    void aDescriptorArrivesAsOneOfTheSameSocket() throws IOException {
        try (var listening = MessageSocket.listen(place());
                var client = MessageSocket.connect(place());
                var server = listening.accept();
                var passed = MessageSocket.pair(other -> server.send("take this", OptionalInt.of(other)))) {
            MessageSocket.Message message = client.receive().orElseThrow();

            // The pair's other end was closed by its owner: the one that arrived keeps it alive.
            passed.timeout(Duration.ofMillis(1));
            assertThatThrownBy(passed::receive).isInstanceOf(SocketTimeoutException.class);
            message.close();
            assertThat(passed.receive()).isEmpty();
        }
    }

    @Test
    void theKernelSaysWhoIsAtTheOtherEnd() throws IOException {
        try (var _ = MessageSocket.listen(place()); var client = MessageSocket.connect(place())) {
            assertThat(client.peer()).isEqualTo(new MessageSocket.Peer(ProcessHandle.current().pid(), UnixCalls.effectiveUser()));
            assertThat(client.peer().mayReplaceUs()).isTrue();
            assertThat(new MessageSocket.Peer(1, UnixCalls.effectiveUser() + 1).mayReplaceUs()).isFalse();
        }
    }

    @Test
    void itStandsInItsPlaceForItsOwnerAloneAndOverAnOlderOne() throws IOException {
        try (var older = MessageSocket.listen(place()); var newer = MessageSocket.listen(place())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place()))).isEqualTo("rw-------");
            try (var client = MessageSocket.connect(place()); var server = newer.accept()) {
                server.send("newer", NONE);
                assertThat(client.receive().map(MessageSocket.Message::text)).contains("newer");
            }
            assertThat(folder).isDirectoryNotContaining(file -> !file.equals(place()));
            older.interrupt();
        }
    }

    @Test
    void whoGetsTheNumberOfAClosedSocketIsLeftAlone() throws IOException {
        try (var listening = MessageSocket.listen(place())) {
            var gone = MessageSocket.connect(place());
            gone.close();
            try (var client = MessageSocket.connect(place()); var _ = listening.accept(); var server = listening.accept()) {
                gone.interrupt();
                gone.close();

                server.send("still there", NONE);
                assertThat(client.receive().map(MessageSocket.Message::text)).contains("still there");
            }
        }
    }

    @Test
    void interruptEndsAWaitForAConnection() throws Exception {
        try (var listening = MessageSocket.listen(place())) {
            var waiting = new CompletableFuture<Void>();
            Thread.ofPlatform().start(() -> {
                try (var _ = listening.accept()) {
                    waiting.complete(null);
                } catch (IOException e) {
                    waiting.completeExceptionally(e);
                }
            });
            listening.interrupt();
            assertThatThrownBy(() -> waiting.orTimeout(10, TimeUnit.SECONDS).join()).isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void whatIsTooLongIsRefused() throws IOException {
        try (var _ = MessageSocket.listen(place()); var client = MessageSocket.connect(place())) {
            assertThatThrownBy(() -> client.send("x".repeat(MessageSocket.MAX_BYTES + 1), NONE)).isInstanceOf(IOException.class)
                .hasMessage("a message has 65537 bytes, want 1..65536");
        }
        assertThatThrownBy(() -> MessageSocket.connect(folder.resolve("x".repeat(200)))).isInstanceOf(IOException.class)
            .hasMessageContaining("want 1..107 for a unix socket");
    }

    private Path place() {
        return folder.resolve("messages.sock");
    }
}
