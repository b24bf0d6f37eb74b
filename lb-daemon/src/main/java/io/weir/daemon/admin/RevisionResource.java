package io.weir.daemon.admin;

import io.weir.core.config.ConfigDocument;
import io.weir.core.config.ConfigStore;
import io.weir.core.config.DocumentResult;
import io.weir.core.config.Revision;
import io.weir.daemon.control.Control;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The revisions that the store keeps. On the virtual threads of requests. */
final class RevisionResource {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Managed managed;
    private final Changes changes;

    RevisionResource(Managed managed, Changes changes) {
        this.managed = managed;
        this.changes = changes;
    }

    /** A revision as lists show it. */
    record Row(long revision, Instant at, String by, String summary, String hash, boolean current) {}

    List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/v1/revisions", "The revisions that are kept, newest first.", _ -> list()),
                Endpoint.get("/v1/revisions/{revision}", "One revision, in the forms of /v1/config.", this::get),
                Endpoint.command("POST", "/v1/revisions/{revision}/rollback", "Makes a new revision with the content of an old one.",
                        this::rollback));
    }

    private Response list() throws InterruptedException {
        long current = managed.control().inForce().number();
        return Response.json(asked(ConfigStore::list).stream()
            .map(r -> new Row(r.number(), r.at(), r.by(), r.summary(), r.hash(), r.number() == current))
            .toList());
    }

    private Response get(Request request) throws InterruptedException {
        Revision revision = revision(request);
        return switch (ConfigDocument.parse("revision " + revision.number(), revision.text())) {
            case DocumentResult.Parsed(var document) -> ConfigResource.content(request, revision.number(), revision.text(), document);
            case DocumentResult.Refused(var problems) -> throw RequestRefused.of(503, "the stored " + problems.getFirst().message());
        };
    }

    private Response rollback(Request request) throws InterruptedException {
        Revision revision = revision(request);
        String file = "revision " + revision.number();
        return changes.replace(request, "roll back to " + file, file, revision.text());
    }

    private Revision revision(Request request) throws InterruptedException {
        String number = request.name("revision");
        if (!number.matches("[0-9]{1,18}")) {
            throw RequestRefused.malformed("revision is '" + number + "', want a number");
        }
        long wanted = Long.parseLong(number);
        return asked(store -> store.read(wanted)).orElseThrow(() -> RequestRefused.noSuch("revision", number));
    }

    private <T> T asked(Control.StoreQuestion<T> question) throws InterruptedException {
        try {
            return managed.control().ask(question).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw RequestRefused.of(503, "the store cannot be read: " + e.getCause());
        } catch (TimeoutException _) {
            throw RequestRefused.of(503, "the store did not answer within " + PATIENCE.toSeconds() + " s");
        }
    }
}
