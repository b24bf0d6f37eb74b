package io.weir.core.config;

import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.LastKnown;
import io.weir.core.model.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Keeps {@link LastKnown} over a restart. Confined to the {@code store} thread. */
public final class LastKnownFile {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String MEMBERS = "members";
    private static final String TIERS = "tiers";
    private static final String ADMIN = "adminState";

    private final DurableFile file;

    public LastKnownFile(Path stateFolder) {
        this.file = new DurableFile(Disk.REAL, stateFolder, "last-known.json");
    }

    /**
     * What was written last; nothing if nothing ever was.
     *
     * @throws IOException also when the file is not what {@link #write} left
     */
    public LastKnown read() throws IOException {
        Optional<byte[]> bytes = file.read();
        if (bytes.isEmpty()) {
            return LastKnown.NOTHING;
        }
        try {
            JsonNode root = JSON.readTree(bytes.get());
            Map<String, List<Backend>> members = new HashMap<>();
            root.required(MEMBERS).properties().forEach(pool -> members.put(pool.getKey(), backends(pool.getValue())));
            Map<String, Tier> tiers = new HashMap<>();
            root.required(TIERS).properties().forEach(pool -> tiers.put(pool.getKey(), Tier.valueOf(pool.getValue().asString())));
            return new LastKnown(members, tiers);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(file.path() + " is damaged: " + e.getMessage(), e);
        }
    }

    private static List<Backend> backends(JsonNode rows) {
        List<Backend> backends = new ArrayList<>();
        rows.forEach(row -> backends.add(StoredBackend.backend(row, AdminState.valueOf(row.required(ADMIN).asString()))));
        return backends;
    }

    /** Replaces the contents; they are on the disk when this returns. */
    public void write(LastKnown known) throws IOException {
        Map<String, List<Map<String, Object>>> members = new HashMap<>();
        known.membersByPool().forEach((pool, backends) -> members.put(pool, backends.stream().map(LastKnownFile::row).toList()));
        Map<String, String> tiers = new HashMap<>();
        known.tierByPool().forEach((pool, tier) -> tiers.put(pool, tier.name()));
        file.replace((JSON.writeValueAsString(Map.of(MEMBERS, members, TIERS, tiers)) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, Object> row(Backend backend) {
        Map<String, Object> row = StoredBackend.row(backend);
        row.put(ADMIN, backend.adminState().name());
        return row;
    }
}
