package io.weir.daemon;

import io.weir.core.config.ConfigStore;
import io.weir.core.config.FileConfigStore;
import io.weir.core.config.Revision;
import io.weir.core.config.RevisionHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A store whose disk hangs in {@link #write} until the test lets it go. */
final class SlowStore implements ConfigStore {
    private final ConfigStore real;
    private final CountDownLatch writing = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    SlowStore(Path state) throws IOException {
        this.real = new FileConfigStore(state);
    }

    /** Waits until a write hangs. */
    void awaitWrite() throws InterruptedException {
        writing.await();
    }

    void release() {
        released.countDown();
    }

    @Override
    public void write(Revision revision) throws IOException {
        writing.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        real.write(revision);
    }

    @Override
    public Optional<Revision> latest() throws IOException {
        return real.latest();
    }

    @Override
    public List<RevisionHeader> list() throws IOException {
        return real.list();
    }

    @Override
    public Optional<Revision> read(long number) throws IOException {
        return real.read(number);
    }

    @Override
    public long nextNumber() {
        return real.nextNumber();
    }

    @Override
    public List<String> findings() {
        return real.findings();
    }

    @Override
    public void lend() throws IOException {
        real.lend();
    }

    @Override
    public void takeBack() throws IOException {
        real.takeBack();
    }

    @Override
    public void ensureHeld() throws IOException {
        real.ensureHeld();
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
