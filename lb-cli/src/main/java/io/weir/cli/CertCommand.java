package io.weir.cli;

import static io.weir.cli.client.ApiRequest.path;

import io.weir.cli.output.Column;
import io.weir.cli.output.ExitCode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The noun {@code cert}. Confined to the main thread. */
@Command(name = "cert", description = "Certificates that listeners show.")
final class CertCommand {
    private static final String KIND = "certificates";
    private static final List<Column> COLUMNS = List.of(Column.field("name"), Column.field("state"), Column.field("names"),
            Column.field("EXPIRES", "notAfter"), Column.field("DAYS", "daysLeft"), Column.field("listeners"), Column.field("cause"));

    private final WeirCommand root;

    CertCommand(WeirCommand root) {
        this.root = root;
    }

    /** What {@code add} and {@code set} share. */
    static final class Settings {
        @Option(names = "--certificate", paramLabel = "FILE", description = "PEM on the daemon's host: the certificate, then those that lead to its authority.")
        @Nullable
        String certificate;

        @Option(names = "--key", paramLabel = "FILE", description = "PEM on the daemon's host: its private key, not encrypted.")
        @Nullable
        String key;

        Fields fields() {
            return new Fields().put("certificate", certificate).put("key", key);
        }
    }

    @Command(name = "list", description = "All certificates, their names and when they end.")
    int list() {
        root.output().rows(root.client().get(path(KIND)).json(), COLUMNS);
        return ExitCode.DONE.number();
    }

    @Command(name = "show", description = "One certificate and what its files hold.")
    int show(@Parameters(paramLabel = "NAME", description = "Which.") String name) {
        root.output().thing(name, root.client().get(path(KIND, name)).json());
        return ExitCode.DONE.number();
    }

    @Command(name = "add", description = "Name a certificate; listeners refer to it by that name.", footer = {"",
        "Example: weir cert add shop --certificate /etc/weir/tls/shop.pem --key /etc/weir/tls/shop.key",
        "Files that change are read again by themselves."})
    int add(@Parameters(paramLabel = "NAME", description = "What to call it.") String name, @Mixin Settings settings,
            @Mixin ChangeOptions change) {
        return new Changes(root).add("certificate " + name, path(KIND, name), settings.fields().mapping(), change);
    }

    @Command(name = "set", description = "Read a certificate from other files.")
    int set(@Parameters(paramLabel = "NAME", description = "Which.") String name, @Mixin Settings settings, @Mixin ChangeOptions change) {
        return new Changes(root).set("certificate " + name, path(KIND, name), settings.fields().mapping(), change);
    }

    @Command(name = "remove", description = "Remove a certificate that no listener names.")
    int remove(@Parameters(paramLabel = "NAME", description = "Which.") String name, @Mixin ChangeOptions change) {
        return new Changes(root).remove("certificate " + name, path(KIND, name), change);
    }
}
