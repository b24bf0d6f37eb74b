package io.weir.cli;

import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import io.weir.cli.output.Json;
import io.weir.cli.output.Output;
import io.weir.cli.output.OutputFormat;
import io.weir.core.config.NodeFile;
import io.weir.core.config.NodeResult;
import io.weir.core.config.Problem;
import io.weir.core.config.TrafficFile;
import io.weir.core.config.TrafficResult;
import io.weir.core.model.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Judges configuration files without a daemon. Confined to the main thread. */
final class Validation {
    /** A node file without a name takes the host's, which says nothing about the file. */
    private static final String SOME_NAME = "node";

    private final Output output;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    Validation(Output output) {
        this.output = output;
    }

    int run(@Nullable Path traffic, @Nullable Path node) {
        Optional<Node> validNode = node == null ? Optional.empty() : node(node);
        if (traffic != null) {
            traffic(traffic, validNode);
        }
        if (output.format() == OutputFormat.JSON || output.format() == OutputFormat.YAML) {
            output.tree(tree());
        } else {
            warnings.forEach(warning -> output.line("warning: " + warning.message()));
        }
        if (!problems.isEmpty()) {
            var lines = new ArrayList<>(problems.stream().map(Problem::message).toList());
            lines.add(problems.size() == 1 ? "1 error" : problems.size() + " errors");
            throw CommandFailure.of(ExitCode.INVALID, lines);
        }
        if (output.format() == OutputFormat.TABLE) {
            output.line("valid");
        }
        return ExitCode.DONE.number();
    }

    private Optional<Node> node(Path file) {
        return switch (NodeFile.parse(InputFile.shownName(file), InputFile.text(file), SOME_NAME)) {
            case NodeResult.Accepted(var node) -> Optional.of(node);
            case NodeResult.Refused(var found) -> {
                problems.addAll(found);
                yield Optional.empty();
            }
        };
    }

    private void traffic(Path file, Optional<Node> node) {
        switch (TrafficFile.parse(InputFile.shownName(file), InputFile.text(file))) {
            case TrafficResult.Accepted accepted -> {
                warnings.addAll(accepted.warnings());
                node.ifPresent(known -> warnings.addAll(TrafficFile.warnings(accepted, known)));
            }
            case TrafficResult.Refused(var found) -> problems.addAll(found);
        }
    }

    private ObjectNode tree() {
        ObjectNode tree = Json.object().put("valid", problems.isEmpty());
        problems.forEach(problem -> tree.withArray("errors").add(tree(problem)));
        warnings.forEach(warning -> tree.withArray("warnings").add(tree(warning)));
        return tree;
    }

    private static ObjectNode tree(Problem problem) {
        return Json.object()
            .put("file", problem.file())
            .put("line", problem.line())
            .put("column", problem.column())
            .put("field",
                    problem.field())
            .put("found", problem.found())
            .put("wanted", problem.wanted())
            .put("message", problem.message());
    }
}
