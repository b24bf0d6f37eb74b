package io.weir.core.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The claim of one process to a state folder. The kernel lets go of it when the process ends, however it ends. Confined to the thread of the
 * store that holds it.
 */
final class StateLock implements AutoCloseable {
    private static final String NAME = "lock";
    /** A process loses its lock (fcntl(2)) when it closes any descriptor of the file, so a second claim from here must not even open it. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private StateLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    static StateLock claim(Path stateFolder) throws IOException {
        Path folder = stateFolder.toRealPath();
        if (!HELD.add(folder)) {
            throw new IOException("state folder " + stateFolder + " is in use by this very process");
        }
        try {
            return new StateLock(folder, locked(folder.resolve(NAME)));
        } catch (IOException e) {
            HELD.remove(folder);
            throw e;
        }
    }

    private static FileChannel locked(Path file) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new IOException("state folder " + file.getParent() + " is in use by process " + Files.readString(file).strip()
                        + ": stop that one, take its place with --take-over, or set another folder as state in the node file");
            }
            channel.truncate(0).write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        HELD.remove(folder);
    }
}
