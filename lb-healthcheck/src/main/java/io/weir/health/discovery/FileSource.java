package io.weir.health.discovery;

import io.weir.core.config.MembersFile;
import io.weir.core.config.MembersResult;
import io.weir.core.config.Problem;
import io.weir.core.model.Discovery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Members from a file that somebody rewrites. Best replaced by a rename, which is seen whole at once; a file that is written in place may be
 * half there, so it is read only once it has not changed from one look to the next.
 */
final class FileSource implements MemberSource {
    /** As the traffic file's own bound. */
    static final int MAX_BYTES = 16 << 20;
    /** A change so soon after another may have left time and size as they were: the ticks of file times are that coarse on some systems. */
    private static final Duration COARSE = Duration.ofSeconds(2);

    private final Discovery.File file;
    private final Set<String> zones;
    private final InstantSource clock;
    private Optional<Stamp> seen = Optional.empty();
    private Optional<Contents> read = Optional.empty();

    /** @param zones that members may name */
    FileSource(Discovery.File file, Set<String> zones, InstantSource clock) {
        this.file = file;
        this.zones = zones;
        this.clock = clock;
    }

    /** What tells one state of a file from another without reading it. */
    private record Stamp(String inode, FileTime modified, long size) {}

    private record Contents(Stamp stamp, String text, Lookup lookup) {}

    @Override
    public Answer ask() {
        return new Answer(look(), file.interval());
    }

    @Override
    public void close() {
        // holds nothing open
    }

    private Lookup look() {
        try {
            Stamp now = stamp();
            boolean moving = seen.isPresent() && seen.get().inode().equals(now.inode()) && !seen.get().equals(now);
            seen = Optional.of(now);
            if (read.isPresent() && (moving || settled(read.get(), now))) {
                return read.get().lookup();
            }
            return contents(now).lookup();
        } catch (NoSuchFileException _) {
            seen = Optional.empty(); // the next one of that name is another file, though it may get the same inode
            return failed("no such file");
        } catch (CharacterCodingException _) {
            return failed("not UTF-8");
        } catch (IOException e) {
            return failed(String.valueOf(e.getMessage()));
        }
    }

    private Stamp stamp() throws IOException {
        Path path = file.path();
        var attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new Stamp(String.valueOf(attributes.fileKey()), attributes.lastModifiedTime(), attributes.size());
    }

    private boolean settled(Contents contents, Stamp now) {
        return contents.stamp().equals(now) && now.modified().toInstant().isBefore(clock.instant().minus(COARSE));
    }

    private Contents contents(Stamp now) throws IOException {
        if (now.size() > MAX_BYTES) {
            return keep(new Contents(now, "", failed(now.size() + " bytes, want at most " + MAX_BYTES)));
        }
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file.path()))).toString();
        Lookup lookup = read.filter(before -> before.text().equals(text)).map(Contents::lookup).orElseGet(() -> judged(text));
        return keep(new Contents(now, text, lookup));
    }

    private Contents keep(Contents contents) {
        read = Optional.of(contents);
        return contents;
    }

    private Lookup judged(String text) {
        return switch (MembersFile.parse(file.path().toString(), text, zones)) {
            case MembersResult.Read(var backends) when backends.isEmpty() -> failed("an empty list, want one backend or more");
            case MembersResult.Read(var backends) -> new Lookup.Found(backends);
            case MembersResult.Refused(var problems) -> new Lookup.Failed(told(problems));
        };
    }

    private static String told(List<Problem> problems) {
        String first = problems.getFirst().message();
        return problems.size() == 1 ? first : first + " (and " + (problems.size() - 1) + " more)";
    }

    private Lookup failed(String cause) {
        return new Lookup.Failed(file.path() + ": " + cause);
    }
}
