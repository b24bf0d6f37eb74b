package io.weir.core.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** One file of the state folder that each write replaces: a kill at any instant leaves the old contents or the new ones. Confined to one thread. */
record DurableFile(Disk disk, Path folder, String name) {

    /** What was written last; empty if nothing ever was. */
    Optional<byte[]> read() throws IOException {
        try {
            return Optional.of(Files.readAllBytes(path()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Replaces the contents; they are on the disk when this returns. */
    void replace(byte[] bytes) throws IOException {
        Path temporary = folder.resolve(name + ".tmp");
        disk.writeAndSync(temporary, bytes);
        disk.rename(temporary, path());
        disk.syncFolder(folder);
    }

    Path path() {
        return folder.resolve(name);
    }
}
