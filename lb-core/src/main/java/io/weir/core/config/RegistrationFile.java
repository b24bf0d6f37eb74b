package io.weir.core.config;

import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Registration;
import io.weir.core.model.Weight;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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

    private final Disk disk;
    private final Path folder;
    private final Path file;

    public RegistrationFile(Path stateFolder) {
        this(stateFolder, Disk.REAL);
    }

    RegistrationFile(Path stateFolder, Disk disk) {
        this.disk = disk;
        this.folder = stateFolder;
        this.file = stateFolder.resolve("registrations.json");
    }

    /**
     * What was written last; empty if nothing ever was.
     *
     * @throws IOException also when the file is not what {@link #write} left
     */
    public List<Registration> read() throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException _) {
            return List.of();
        }
        try {
            List<Registration> all = new ArrayList<>();
            for (JsonNode node : JSON.readTree(bytes).required("registrations")) {
                all.add(registration(node));
            }
            return all;
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    /** Replaces the list; it is on the disk when this returns. */
    public void write(List<Registration> registrations) throws IOException {
        List<Map<String, Object>> rows = registrations.stream().map(RegistrationFile::row).toList();
        byte[] bytes = (JSON.writeValueAsString(Map.of("registrations", rows)) + "\n").getBytes(StandardCharsets.UTF_8);
        Path temporary = folder.resolve("registrations.tmp");
        disk.writeAndSync(temporary, bytes);
        disk.rename(temporary, file);
        disk.syncFolder(folder);
    }

    private static Map<String, Object> row(Registration registration) {
        Backend backend = registration.backend();
        Map<String, Object> row = new HashMap<>(Map.of("pool", registration.pool(), "name", backend.name(), "host",
                backend.address().getAddress().getHostAddress(), "port", backend.address().getPort(), "weight", backend.weight().units(),
                "ttl", registration.ttl().toMillis(), "leaving", registration.leaving()));
        backend.zone().ifPresent(zone -> row.put("zone", zone));
        backend.maxConnections().ifPresent(most -> row.put("maxConnections", most));
        return row;
    }

    private static Registration registration(JsonNode row) {
        String host = row.required("host").asString();
        var address = new InetSocketAddress(java.net.InetAddress.ofLiteral(host), row.required("port").asInt());
        OptionalInt most = row.has("maxConnections") ? OptionalInt.of(row.required("maxConnections").asInt()) : OptionalInt.empty();
        var backend = new Backend(row.required("name").asString(), address,
                Optional.ofNullable(row.get("zone")).map(JsonNode::asString), new Weight(row.required("weight").asInt()), most,
                row.required("leaving").asBoolean() ? AdminState.DRAIN : AdminState.ENABLED);
        return new Registration(row.required("pool").asString(), backend, Duration.ofMillis(row.required("ttl").asLong()));
    }
}
