package io.weir.core.config;

import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Registration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The registered backends of all pools, in one file of the state folder that each write replaces: a kill at any instant leaves the old list
 * or the new one. Leases are not in it, since a heartbeat would then cost an fsync; after a start each has one whole ttl. Confined to the
 * {@code store} thread.
 */
public final class RegistrationFile {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final DurableFile file;

    public RegistrationFile(Path stateFolder) {
        this(stateFolder, Disk.REAL);
    }

    RegistrationFile(Path stateFolder, Disk disk) {
        this.file = new DurableFile(disk, stateFolder, "registrations.json");
    }

    /**
     * What was written last; empty if nothing ever was.
     *
     * @throws IOException also when the file is not what {@link #write} left
     */
    public List<Registration> read() throws IOException {
        Optional<byte[]> bytes = file.read();
        if (bytes.isEmpty()) {
            return List.of();
        }
        try {
            List<Registration> all = new ArrayList<>();
            for (JsonNode node : JSON.readTree(bytes.get()).required("registrations")) {
                all.add(registration(node));
            }
            return all;
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(file.path() + " is damaged: " + e.getMessage(), e);
        }
    }

    /** Replaces the list; it is on the disk when this returns. */
    public void write(List<Registration> registrations) throws IOException {
        List<Map<String, Object>> rows = registrations.stream().map(RegistrationFile::row).toList();
        file.replace((JSON.writeValueAsString(Map.of("registrations", rows)) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, Object> row(Registration registration) {
        Map<String, Object> row = StoredBackend.row(registration.backend());
        row.put("pool", registration.pool());
        row.put("ttl", registration.ttl().toMillis());
        row.put("leaving", registration.leaving());
        return row;
    }

    private static Registration registration(JsonNode row) {
        Backend backend = StoredBackend.backend(row, row.required("leaving").asBoolean() ? AdminState.DRAIN : AdminState.ENABLED);
        return new Registration(row.required("pool").asString(), backend, Duration.ofMillis(row.required("ttl").asLong()));
    }
}
