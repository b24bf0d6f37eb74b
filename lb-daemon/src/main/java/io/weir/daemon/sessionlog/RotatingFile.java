package io.weir.daemon.sessionlog;

import io.weir.core.model.SessionLogging;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that is appended to and, when it has grown enough, makes way for a new one. Confined to the thread that writes. */
final class RotatingFile implements AutoCloseable {
    private final SessionLogging settings;
    private FileChannel channel;
    private long bytes;

    /** @throws IOException if the file cannot be opened; its folder must be there */
    RotatingFile(SessionLogging settings) throws IOException {
        this.settings = settings;
        this.channel = open(settings.file());
        this.bytes = channel.size();
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    /** Appends whole lines, never across two files. */
    void append(ByteBuffer lines) throws IOException {
        if (bytes > 0 && bytes + lines.remaining() > settings.rotateAt()) {
            rotate();
        }
        bytes += lines.remaining();
        while (lines.hasRemaining()) {
            channel.write(lines);
        }
    }

    /** Opens the file by its name again, which somebody may have moved away. */
    void reopen() throws IOException {
        FileChannel fresh = open(settings.file());
        channel.close();
        channel = fresh;
        bytes = channel.size();
    }

    private void rotate() throws IOException {
        for (int older = settings.keep(); older > 1; older--) {
            if (Files.exists(numbered(older - 1))) {
                Files.move(numbered(older - 1), numbered(older), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(settings.file(), numbered(1), StandardCopyOption.REPLACE_EXISTING);
        reopen();
    }

    private Path numbered(int number) {
        return settings.file().resolveSibling(settings.file().getFileName() + "." + number);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
