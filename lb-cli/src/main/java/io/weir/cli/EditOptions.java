package io.weir.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Sets fields that have no option of their own. Confined to the main thread. */
final class EditOptions {
    @Option(names = "--set", paramLabel = "FIELD=VALUE", description = "Set any field of the configuration, such as healthCheck.interval=2s.")
    List<String> set = new ArrayList<>();

    Fields applyTo(Fields fields) {
        return fields.putAll(set);
    }
}
