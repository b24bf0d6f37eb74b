package io.weir.core.config;

import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Discovery;
import io.weir.core.model.Names;
import io.weir.core.model.Weight;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** The keys of a registration: a backend's, and how long it lives. */
final class RegistrationKeys {
    private static final Key<Duration> TTL = Key.optional("ttl",
            Scalars.duration(Discovery.Registered.MIN_TTL, Discovery.Registered.MAX_TTL), "How long it stays without a heartbeat.");
    private static final MappingShape<RegistrationFields> SHAPE = MappingShape.of(
            List.of(PoolKeys.ADDRESS, PoolKeys.BACKEND_ZONE, PoolKeys.WEIGHT, PoolKeys.MAX_CONNECTIONS, TTL), RegistrationKeys::fields);

    private RegistrationKeys() {}

    static RegistrationFields read(String name, ConfigDocument body, Set<String> zones) {
        Reading reading = new Reading(body.file(), MembersFile.document(zones));
        Place place = new Place(reading, "", name, new Position(1, 1));
        if (!Names.valid(name)) {
            place.problemAtKey("name '" + name + "'", Names.RULE);
            return new RegistrationFields.Refused(reading.problems());
        }
        return SHAPE.read(place, body.root()).orElseGet(() -> new RegistrationFields.Refused(reading.problems()));
    }

    private static RegistrationFields fields(Fields fields) {
        var backend = new Backend(fields.name(), fields.get(PoolKeys.ADDRESS), fields.given(PoolKeys.BACKEND_ZONE),
                new Weight(fields.get(PoolKeys.WEIGHT)),
                fields.given(PoolKeys.MAX_CONNECTIONS).map(OptionalInt::of).orElse(OptionalInt.empty()), AdminState.ENABLED);
        return new RegistrationFields.Read(backend, fields.given(TTL));
    }
}
