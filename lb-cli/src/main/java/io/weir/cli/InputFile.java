package io.weir.cli;

import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the user names with {@code -f} and the like; {@code -} is standard input. Any thread may call it, and it blocks. */
final class InputFile {
    /** The daemon takes no larger one either. */
    private static final int MAX_BYTES = 16 * 1024 * 1024;

    private InputFile() {}

    static String text(Path file) {
        try (InputStream input = open(file)) {
            byte[] bytes = input.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw CommandFailure.of(ExitCode.INVALID, file + " is longer than 16 MiB", "give a smaller file");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (NoSuchFileException _) {
            throw absent(file);
        } catch (AccessDeniedException _) {
            throw CommandFailure.of(ExitCode.NOT_ALLOWED, "not allowed to read " + file, "check the file's owner and mode");
        } catch (CharacterCodingException _) {
            throw CommandFailure.of(ExitCode.INVALID, file + " is not UTF-8", "save it as UTF-8");
        } catch (IOException e) {
            throw CommandFailure.of(ExitCode.INVALID, "cannot read " + file + ": " + e.getMessage(), "check the path");
        }
    }

    /** That a file which another part will read is there. */
    static void check(@Nullable Path file) {
        if (file != null && !Files.exists(file)) {
            throw absent(file);
        }
    }

    private static CommandFailure absent(Path file) {
        return CommandFailure.of(ExitCode.INVALID, "no such file: " + file, "check the path");
    }

    /** The name in error lines. */
    static String shownName(Path file) {
        Path name = file.getFileName();
        return file.toString().equals("-") || name == null ? "stdin" : name.toString();
    }

    private static InputStream open(Path file) throws IOException {
        return file.toString().equals("-") ? System.in : Files.newInputStream(file);
    }
}
