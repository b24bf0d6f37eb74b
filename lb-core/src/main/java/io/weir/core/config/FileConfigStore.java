package io.weir.core.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Revisions as files of a folder, one each. A write goes to a temporary file, is synced, renamed, and the folder synced, before it counts; so a
 * kill at any instant leaves the old state or the new one. Confined to the {@code store} thread; the folder is locked against other processes.
 */
public final class FileConfigStore implements ConfigStore {
    private static final String FOLDER = "revisions";
    private static final Pattern NAME = Pattern.compile("([0-9]{1,18})\\.yaml");
    private static final String TEMPORARY = ".tmp";

    private final Disk disk;
    private final Path stateFolder;
    private final Path folder;
    private final NavigableSet<Long> numbers = new TreeSet<>();
    private final Map<Long, RevisionHeader> headerByNumber = new HashMap<>();
    private final List<String> findings = new ArrayList<>();
    private Optional<Revision> latest = Optional.empty();
    private StateLock lock;
    private boolean lent;

    /**
     * Opens the revisions in {@code stateFolder}, making it if it is not there.
     *
     * @throws IOException also when another process has the folder
     */
    public FileConfigStore(Path stateFolder) throws IOException {
        this(stateFolder, Disk.REAL);
    }

    FileConfigStore(Path stateFolder, Disk disk) throws IOException {
        this.disk = disk;
        this.stateFolder = stateFolder;
        this.folder = stateFolder.resolve(FOLDER);
        makeFolders(stateFolder);
        this.lock = StateLock.claim(stateFolder);
        try {
            load();
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    @Override
    public Optional<Revision> latest() {
        return latest;
    }

    @Override
    public List<RevisionHeader> list() throws IOException {
        List<RevisionHeader> headers = new ArrayList<>();
        for (long number : numbers.descendingSet()) {
            header(number).ifPresent(headers::add);
        }
        return headers;
    }

    @Override
    public Optional<Revision> read(long number) throws IOException {
        if (!numbers.contains(number)) {
            return Optional.empty();
        }
        try {
            return RevisionFile.decode(Files.readAllBytes(file(number))).filter(revision -> revision.number() == number);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    @Override
    public void write(Revision revision) throws IOException {
        ensureHeld();
        if (revision.number() < nextNumber()) {
            throw new IllegalArgumentException("revision " + revision.number() + ", want " + nextNumber() + " or more");
        }
        Path file = file(revision.number());
        Path temporary = folder.resolve(revision.number() + TEMPORARY);
        disk.writeAndSync(temporary, RevisionFile.encode(revision));
        disk.rename(temporary, file);
        syncOrTakeBack(file);
        numbers.add(revision.number());
        headerByNumber.put(revision.number(), revision.header());
        latest = Optional.of(revision);
        prune();
    }

    @Override
    public long nextNumber() {
        return numbers.isEmpty() ? 1 : numbers.last() + 1;
    }

    @Override
    public List<String> findings() {
        return List.copyOf(findings);
    }

    @Override
    public void lend() throws IOException {
        lent = true;
        lock.close();
    }

    @Override
    public void takeBack() throws IOException {
        if (lent) {
            lock = StateLock.claim(stateFolder);
            lent = false;
            numbers.clear();
            headerByNumber.clear();
            load();
        }
    }

    @Override
    public void ensureHeld() throws IOException {
        if (lent) {
            throw new IOException("another process takes over the state folder; try again when it has");
        }
    }

    @Override
    public void close() throws IOException {
        if (!lent) {
            lock.close();
        }
    }

    /** What was not acknowledged must not come back with the next start. */
    private void syncOrTakeBack(Path file) throws IOException {
        try {
            disk.syncFolder(folder);
        } catch (IOException e) {
            try {
                disk.delete(file);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    /** A file that cannot be deleted is tried again with the next write; it is no reason to fail this one. */
    private void prune() {
        for (long number : List.copyOf(numbers)) {
            if (numbers.size() <= KEPT) {
                return;
            }
            try {
                disk.delete(file(number));
                numbers.remove(number);
                headerByNumber.remove(number);
            } catch (IOException e) {
                findings.add(file(number) + " cannot be deleted: " + e.getMessage());
                return;
            }
        }
    }

    private Optional<RevisionHeader> header(long number) throws IOException {
        if (!headerByNumber.containsKey(number)) {
            read(number).ifPresent(revision -> headerByNumber.put(number, revision.header()));
        }
        return Optional.ofNullable(headerByNumber.get(number));
    }

    private void makeFolders(Path stateFolder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Files.createDirectories(stateFolder);
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        disk.syncFolder(stateFolder);
        Path parent = stateFolder.toAbsolutePath().getParent();
        if (parent != null) {
            disk.syncFolder(parent);
        }
    }

    private void load() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
                note(file);
            }
        }
        for (long number : numbers.descendingSet()) {
            latest = read(number);
            if (latest.isPresent()) {
                return;
            }
            findings.add(file(number) + " is damaged and passed over");
        }
    }

    private void note(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        Matcher matcher = NAME.matcher(name);
        if (matcher.matches()) {
            numbers.add(Long.parseLong(matcher.group(1)));
        } else if (name.endsWith(TEMPORARY)) {
            disk.delete(file);
        } else {
            findings.add(file + " is no revision and left alone");
        }
    }

    private Path file(long number) {
        return folder.resolve(number + ".yaml");
    }
}
