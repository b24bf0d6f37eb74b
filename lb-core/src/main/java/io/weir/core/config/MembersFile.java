package io.weir.core.config;

import io.weir.core.model.AdminState;
import io.weir.core.model.Backend;
import io.weir.core.model.Names;
import io.weir.core.model.Weight;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The file that {@code discover: {file: PATH}} names: a list of backends, YAML or JSON. Each is an address, or a mapping with the keys of a
 * pool's backend and an optional name. Judged by the shapes of the traffic configuration, so that mistakes have the same words. Any thread.
 */
public final class MembersFile {
    private static final Key<String> NAME = Key.optional("name", Scalars.name(), "Its name; absent: made of its address.");
    private static final MappingShape<Backend> MEMBER = MappingShape.of(MappingShape.keys(List.of(NAME), PoolKeys.FOUND.keys()),
            MembersFile::member);

    private MembersFile() {}

    /**
     * Reads a file's text.
     *
     * @param file is the name that problems bear
     * @param zones that a member may name
     */
    public static MembersResult parse(String file, String text, Set<String> zones) {
        YamlReader.Text read = YamlReader.read(file, text);
        if (read.root().isEmpty()) {
            return new MembersResult.Refused(read.problems());
        }
        Reading reading = new Reading(file, document(zones));
        read.problems().forEach(reading::add);
        List<Backend> members = members(new Place(reading, "", "", new Position(1, 1)), read.root().get());
        return reading.problemCount() > 0 ? new MembersResult.Refused(reading.problems()) : new MembersResult.Read(members);
    }

    /** What the shapes look zones up in. */
    static Tree.Mapping document(Set<String> zones) {
        Map<String, Map<String, String>> byName = new HashMap<>();
        zones.forEach(zone -> byName.put(zone, Map.of()));
        return (Tree.Mapping) Tree.of(Map.of("zones", byName));
    }

    private static List<Backend> members(Place place, Tree root) {
        if (!(root instanceof Tree.Sequence(var items, var _))) {
            place.problem(root, "a list of backends");
            return List.of();
        }
        List<Backend> members = new ArrayList<>(items.size());
        Set<String> names = new HashSet<>();
        for (int i = 0; i < items.size(); i++) {
            Tree item = items.get(i);
            Place here = place.child("[" + i + "]", item.at());
            read(here, item).ifPresent(member -> {
                if (!names.add(member.name())) {
                    here.problem(item, member.name() + " twice", "each name once");
                }
                members.add(member);
            });
        }
        return members;
    }

    private static Optional<Backend> read(Place place, Tree item) {
        return item instanceof Tree.Scalar ? PoolKeys.ADDRESS.shape().read(place, item).map(MembersFile::plain) : MEMBER.read(place, item);
    }

    private static Backend plain(InetSocketAddress address) {
        return new Backend(name(address), address, Optional.empty(), Weight.DEFAULT, OptionalInt.empty(),
                AdminState.ENABLED);
    }

    private static Backend member(Fields fields) {
        InetSocketAddress address = fields.get(PoolKeys.ADDRESS);
        return new Backend(fields.given(NAME).orElseGet(() -> name(address)), address, fields.given(PoolKeys.BACKEND_ZONE),
                new Weight(fields.get(PoolKeys.WEIGHT)),
                fields.given(PoolKeys.MAX_CONNECTIONS).map(OptionalInt::of).orElse(OptionalInt.empty()),
                fields.get(PoolKeys.ADMIN_STATE));
    }

    private static String name(InetSocketAddress address) {
        return Names.ofAddress("file", address);
    }
}
