package io.weir.core.config;

import io.weir.core.model.Names;
import io.weir.core.model.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** The node file, {@code node.yaml}: who this host is. Any thread. */
public final class NodeFile {
    private static final Position START = new Position(1, 1);

    private NodeFile() {}

    /**
     * Reads YAML or JSON; an empty text is a node of defaults.
     *
     * @param file the name that problems bear
     * @param hostName the node's name when the file gives none
     */
    public static NodeResult parse(String file, String text, String hostName) {
        YamlReader.Text read = YamlReader.read(file, text);
        if (read.root().isEmpty()) {
            return new NodeResult.Refused(read.problems());
        }
        return switch (read.root().get()) {
            case Tree.Mapping root -> judge(file, root, read.problems(), hostName);
            case Tree.Nothing nothing -> judge(file, new Tree.Mapping(new LinkedHashMap<>(), nothing.at()), read.problems(), hostName);
            case Tree other -> new NodeResult.Refused(List.of(ConfigDocument.notAMapping(file, other)));
        };
    }

    private static NodeResult judge(String file, Tree.Mapping root, List<Problem> earlier, String hostName) {
        Reading reading = new Reading(file, root);
        earlier.forEach(reading::add);
        boolean nameless = !root.entries().containsKey(NodeKeys.NAME.name()) && !Names.valid(hostName);
        if (nameless) {
            reading.problem(START, NodeKeys.NAME.name(), "nothing, and the host calls itself '" + hostName + "'", "a name: " + Names.RULE);
        }
        Optional<Node> node = NodeKeys.shape(nameless ? "unnamed" : hostName).read(new Place(reading, "", "", START), root);
        return node.isPresent() && reading.problemCount() == 0
                ? new NodeResult.Accepted(node.get())
                : new NodeResult.Refused(reading.problems());
    }
}
