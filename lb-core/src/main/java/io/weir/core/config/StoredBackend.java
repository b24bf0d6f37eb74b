package io.weir.core.config;

import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Weight;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** A backend as files of the state folder hold it; what its operator wants of it is the file's own business. Any thread. */
final class StoredBackend {
    private StoredBackend() {}

    static Map<String, Object> row(Backend backend) {
        Map<String, Object> row = new HashMap<>(
                Map.of("name", backend.name(), "host", backend.address().getAddress().getHostAddress(), "port",
                        backend.address().getPort(), "weight", backend.weight().units()));
        backend.zone().ifPresent(zone -> row.put("zone", zone));
        backend.maxConnections().ifPresent(most -> row.put("maxConnections", most));
        return row;
    }

    /**
     * The backend of a row.
     *
     * @throws IllegalArgumentException or Jackson's own if the row is not what {@link #row} made
     */
    static Backend backend(JsonNode row, AdminState admin) {
        var address = new InetSocketAddress(InetAddress.ofLiteral(row.required("host").asString()), row.required("port").asInt());
        OptionalInt most = row.has("maxConnections") ? OptionalInt.of(row.required("maxConnections").asInt()) : OptionalInt.empty();
        return new Backend(row.required("name").asString(), address, Optional.ofNullable(row.get("zone")).map(JsonNode::asString),
                new Weight(row.required("weight").asInt()), most, admin);
    }
}
