package io.weir.daemon;

import io.weir.core.config.ConfigStore;
import io.weir.core.config.Problem;
import io.weir.core.config.Revision;
import io.weir.core.config.TrafficFile;
import io.weir.core.config.TrafficResult;
import io.weir.core.model.Node;
import io.weir.daemon.control.InForce;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the revision that a daemon starts with: the stored one, or a file where none is stored yet. On the thread that starts it. */
final class FirstRevision {
    private static final Logger LOG = LoggerFactory.getLogger(FirstRevision.class);

    private final ConfigStore store;
    private final InstantSource clock;
    private final Node node;

    FirstRevision(ConfigStore store, InstantSource clock, Node node) {
        this.store = store;
        this.clock = clock;
        this.node = node;
    }

    InForce load(DaemonOptions options) throws StartRefused {
        try {
            Optional<Revision> stored = store.latest();
            if (options.config().isPresent() && (stored.isEmpty() || options.importConfig())) {
                return imported(options.config().get(), stored);
            }
            if (stored.isEmpty()) {
                return InForce.NOTHING;
            }
            InForce inForce = parsed(stored.get());
            options.config().ifPresent(file -> reportDifference(file, inForce));
            return inForce;
        } catch (IOException e) {
            throw new StartRefused("the state folder cannot be used: " + e.getMessage(), e);
        }
    }

    private InForce imported(Path file, Optional<Revision> stored) throws IOException, StartRefused {
        String text = read(file);
        TrafficResult.Accepted accepted = accepted(file.toString(), text);
        if (stored.isPresent() && stored.get().text().equals(text)) {
            return InForce.of(stored.get(), accepted);
        }
        var revision = new Revision(store.nextNumber(), clock.instant(), "serve", "import " + file.getFileName(), text,
                accepted.document().hash());
        store.write(revision);
        return InForce.of(revision, accepted);
    }

    private InForce parsed(Revision stored) throws StartRefused {
        return InForce.of(stored, accepted("revision " + stored.number(), stored.text()));
    }

    private static void reportDifference(Path file, InForce inForce) {
        try {
            if (!Files.readString(file).equals(inForce.text())) {
                LOG.warn(
                        "{} differs from revision {}, which is served; `weir apply -f {}` makes it the next revision, as --import would have",
                        file, inForce.number(), file);
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be compared with revision {}, which is served: {}", file, inForce.number(), e.toString());
        }
    }

    private static String read(Path file) throws StartRefused {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new StartRefused(file + " cannot be read: " + e, e);
        }
    }

    private TrafficResult.Accepted accepted(String file, String text) throws StartRefused {
        return switch (TrafficFile.parse(file, text)) {
            case TrafficResult.Accepted accepted -> {
                accepted.warnings().forEach(warning -> LOG.warn("{}", warning.message()));
                TrafficFile.warnings(accepted, node).forEach(warning -> LOG.warn("{}", warning.message()));
                yield accepted;
            }
            case TrafficResult.Refused(var problems) -> throw new StartRefused(lines(problems));
        };
    }

    private static List<String> lines(List<Problem> problems) {
        return problems.stream().map(Problem::message).toList();
    }
}
