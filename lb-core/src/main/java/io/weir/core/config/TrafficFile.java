package io.weir.core.config;

import io.weir.core.model.Configuration;
import io.weir.core.model.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The traffic configuration, {@code weir.yaml}: judges a text or a document and makes the model of it. Any thread. */
public final class TrafficFile {
    private TrafficFile() {}

    /** Reads YAML or JSON; {@code file} is the name that problems bear. */
    public static TrafficResult parse(String file, String text) {
        YamlReader.Text read = YamlReader.read(file, text);
        if (read.root().isEmpty()) {
            return new TrafficResult.Refused(read.problems());
        }
        if (!(read.root().get() instanceof Tree.Mapping root)) {
            List<Problem> problems = new ArrayList<>(read.problems());
            problems.add(ConfigDocument.notAMapping(file, read.root().get()));
            return new TrafficResult.Refused(problems);
        }
        return judge(new ConfigDocument(file, root), read.problems());
    }

    /** Judges a document, such as one that was just edited. */
    public static TrafficResult read(ConfigDocument document) {
        return judge(document, List.of());
    }

    /** What is odd about {@code accepted} on this node: that no zone is the node's own. */
    public static List<Problem> warnings(TrafficResult.Accepted accepted, Node node) {
        return node.zone()
            .filter(zone -> !accepted.configuration().zones().containsKey(zone))
            .map(zone -> new Problem(accepted.document().file(), 0, 0, TrafficKeys.ZONES.name(),
                    "no " + zone + ", the zone of node " + node.name(), "it among the zones"))
            .map(List::of)
            .orElse(List.of());
    }

    private static TrafficResult judge(ConfigDocument document, List<Problem> earlier) {
        Reading reading = new Reading(document.file(), document.root());
        earlier.forEach(reading::add);
        Place root = new Place(reading, "", "", new Position(1, 1));
        Optional<Configuration> configuration = TrafficKeys.SHAPE.read(root, document.root());
        if (configuration.isEmpty() || reading.problemCount() > 0) {
            return new TrafficResult.Refused(reading.problems());
        }
        return new TrafficResult.Accepted(configuration.get(), document, reading.warnings());
    }
}
