package io.weir.daemon.admin;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the unix socket stands in the file system. It is bound beside its place, given its rights, and then renamed into it: nobody ever
 * finds a socket there that he may not use yet, or one with the rights of the umask. Any thread.
 */
record SocketPlace(Path place, Path temporary) {
    private static final Logger LOG = LoggerFactory.getLogger(SocketPlace.class);
    /** sun_path of sockaddr_un, unix(7), less the closing zero. */
    private static final int MAX_PATH_BYTES = 107;
    /** A dot and eight digits. */
    private static final int SUFFIX_BYTES = 9;
    private static final SecureRandom RANDOM = new SecureRandom();
    /** The type of a file in its mode, inode(7). */
    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;

    /**
     * Finds the place for a socket.
     *
     * @param replacing whoever answers there is about to go
     * @throws IOException if somebody else answers there, or something else than a socket stands there
     */
    static SocketPlace claim(Path place, boolean replacing) throws IOException {
        Path absolute = place.toAbsolutePath();
        // Not by process id: who takes over may have the same one in a container of its own, and Netty removes the file when it closes.
        Path temporary = absolute.resolveSibling(absolute.getFileName() + "." + HexFormat.of().toHexDigits(RANDOM.nextInt()));
        if (temporary.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw new IOException(
                    "admin.socket: " + absolute + " is too long for a unix socket, want at most " + (MAX_PATH_BYTES - SUFFIX_BYTES)
                            + " bytes");
        }
        if (absolute.getParent() != null) {
            Files.createDirectories(absolute.getParent());
        }
        if (Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
            checkStale(absolute, replacing);
        }
        return new SocketPlace(absolute, temporary);
    }

    private static void checkStale(Path place, boolean replacing) throws IOException {
        int mode = (int) Files.getAttribute(place, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & S_IFMT) != S_IFSOCK) {
            throw new IOException("admin.socket: " + place + " is no socket; remove it or name another path");
        }
        if (!replacing && answers(place)) {
            throw new IOException("admin.socket: another process answers on " + place + "; stop it or name another path");
        }
    }

    private static boolean answers(Path place) {
        try (var probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(place));
        } catch (IOException _) {
            return false; // refused: whoever bound it is gone
        }
    }

    /** Gives the bound socket its rights and puts it in its place. */
    void moveIn() throws IOException {
        Files.setPosixFilePermissions(temporary, Set.copyOf(PosixFilePermissions.fromString("rw-rw----")));
        Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Takes the socket away, so that a client is told at once that nobody is there; one that never moved in leaves its place to others. */
    void moveOut(boolean movedIn) {
        Path left = movedIn ? place : temporary;
        try {
            Files.deleteIfExists(left);
        } catch (IOException e) {
            LOG.warn("admin.socket: {} stays behind: {}", left, e.toString());
        }
    }
}
