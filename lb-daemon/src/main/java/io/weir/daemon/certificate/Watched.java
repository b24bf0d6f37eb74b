package io.weir.daemon.certificate;

import io.weir.net.tls.UnusableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What some files hold together, read again when one of them has changed. What was read last in good order stays until it can be replaced. Confined to
 * the desk's thread; reading blocks.
 */
final class Watched<T> {
    private final List<Path> files;
    private final Reader<T> reader;
    /** As the files looked when they were read last; empty: never. */
    private List<Optional<Stamp>> read = List.of();
    /** As they looked the last time that they were looked at. */
    private List<Optional<Stamp>> seen = List.of();
    private @Nullable T value;
    private @Nullable UnusableFile fault;

    Watched(List<Path> files, Reader<T> reader) {
        this.files = List.copyOf(files);
        this.reader = reader;
    }

    /** Reads the files. */
    @FunctionalInterface
    interface Reader<T> {
        T read() throws UnusableFile;
    }

    /** How a file looks from outside. */
    private record Stamp(long modifiedNanos, long bytes, @Nullable Object key) {
        static Optional<Stamp> of(Path file) {
            try {
                var attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return Optional.of(new Stamp(attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS), attributes.size(),
                        attributes.fileKey()));
            } catch (IOException _) {
                return Optional.empty();
            }
        }
    }

    /**
     * Reads the files if they have changed and, where there is something to lose, look the same a second time: several files are not exchanged in one
     * moment.
     *
     * @return whether they were read, well or not
     */
    boolean look() {
        List<Optional<Stamp>> now = files.stream().map(Stamp::of).toList();
        boolean settled = value == null || now.equals(seen);
        seen = now;
        if (now.equals(read) || !settled) {
            return false;
        }
        read = now;
        try {
            value = reader.read();
            fault = null;
        } catch (UnusableFile wrong) {
            fault = wrong;
        }
        return true;
    }

    /** Reads the files if they were never read. */
    void lookFirst() {
        if (read.isEmpty()) {
            look();
        }
    }

    /** What was read last in good order. */
    Optional<T> value() {
        return Optional.ofNullable(value);
    }

    /** Why the files as they are now cannot be used. */
    Optional<UnusableFile> fault() {
        return Optional.ofNullable(fault);
    }
}
