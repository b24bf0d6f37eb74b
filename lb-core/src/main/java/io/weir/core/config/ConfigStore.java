package io.weir.core.config;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Where revisions of the traffic configuration outlive the process. Every call may block on a disk or a network: confined to the {@code store}
 * thread. A call that fails leaves what was stored before as it was.
 */
public interface ConfigStore extends AutoCloseable {
    /** How many revisions are kept. */
    int KEPT = 100;

    /** The newest whole revision; empty when nothing was ever stored. */
    Optional<Revision> latest() throws IOException;

    /** What is stored, newest first, without the texts; at most {@link #KEPT}. */
    List<RevisionHeader> list() throws IOException;

    /** The revision with this number; empty when it was never stored, is no longer kept, or is damaged. */
    Optional<Revision> read(long number) throws IOException;

    /**
     * Stores a revision; when this returns, it survives a crash of the process and of the host.
     *
     * @throws IllegalArgumentException when its number is not above that of every stored revision, damaged ones included
     */
    void write(Revision revision) throws IOException;

    /** The number for the next revision. */
    long nextNumber();

    /** What was found damaged at the start, one line each. */
    List<String> findings();

    /** Lets go of what is stored, so that another process can use it: nothing is written here until {@link #takeBack}. */
    void lend() throws IOException;

    /**
     * Uses what is stored again, with what another process wrote meanwhile.
     *
     * @throws IOException while another process uses it
     */
    void takeBack() throws IOException;

    /** @throws IOException while it is lent */
    void ensureHeld() throws IOException;

    @Override
    void close() throws IOException;
}
