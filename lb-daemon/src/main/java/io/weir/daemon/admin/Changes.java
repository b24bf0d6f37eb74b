package io.weir.daemon.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.weir.core.config.ConfigDocument;
import io.weir.core.config.Problem;
import io.weir.daemon.admin.ProblemDocument.FieldError;
import io.weir.daemon.control.Draft;
import io.weir.daemon.control.Edit;
import io.weir.daemon.control.EditResult;
import io.weir.daemon.control.Edits;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Carries out the changes that requests ask for: preconditions, dry run, answers. On the virtual threads of requests. */
final class Changes {
    /** The name of the traffic file in problems, where the client does not give its own. */
    static final String FILE = "weir.yaml";

    private final Edits edits;

    Changes(Edits edits) {
        this.edits = edits;
    }

    /** The answer to a change that was made. */
    record Applied(long revision, List<String> warnings) {}

    /** The answer to a dry run. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Planned(long revision, boolean dryRun, List<String> warnings, List<String> changes) {}

    /** Replaces the whole text. */
    Response.Whole replace(Request request, String summary, String file, String text) throws InterruptedException {
        return carryOut(request, summary, _ -> new Draft.Text(file, text));
    }

    /** Changes places of the document; {@code change} may throw {@link RequestRefused}. */
    Response.Whole edit(Request request, String summary, UnaryOperator<ConfigDocument> change) throws InterruptedException {
        return carryOut(request, summary, document -> new Draft.Document(change.apply(document)));
    }

    private Response.Whole carryOut(Request request, String summary, Function<ConfigDocument, Draft> change) throws InterruptedException {
        var edit = new Edit(change, onlyIf(request), request.flag("dryRun"), request.flag("force"), request.by(), summary);
        return switch (edits.carryOut(edit)) {
            case EditResult.Applied(long revision, var warnings) ->
                Response.json(new Applied(revision, warnings)).with("etag", etag(revision));
            case EditResult.Planned(long revision, var changes, var warnings) ->
                Response.json(new Planned(revision, true, warnings, changes)).with("etag", etag(revision));
            case EditResult.Invalid(var problems) -> Response.problem(invalid(problems));
            case EditResult.Conflict(var cause) -> Response.problem(ProblemDocument.of(409, cause));
            case EditResult.Outdated(long revision) -> Response.problem(ProblemDocument.of(412,
                    "revision " + revision + " is in force, not " + request.header("if-match").orElse("")
                            + "; read it and make the change again"));
            case EditResult.Unavailable(var cause) -> Response.problem(ProblemDocument.of(503, cause));
        };
    }

    static String etag(long revision) {
        return "\"" + revision + "\"";
    }

    /** The revision that If-Match names; {@code *} is any. */
    private static OptionalLong onlyIf(Request request) {
        String field = request.header("if-match").orElse("*");
        if (field.equals("*")) {
            return OptionalLong.empty();
        }
        if (!field.matches("\"[0-9]{1,18}\"")) {
            throw RequestRefused.malformed("If-Match is " + field + ", want one ETag such as \"12\"");
        }
        return OptionalLong.of(Long.parseLong(field.substring(1, field.length() - 1)));
    }

    static ProblemDocument invalid(List<Problem> problems) {
        List<FieldError> errors = problems.stream()
            .map(problem -> new FieldError(problem.field(), problem.line(), problem.column(), problem.found(), problem.wanted(),
                    problem.message()))
            .toList();
        String detail = problems.size() == 1 ? errors.getFirst().message()
                : problems.size() + " mistakes in the configuration; nothing was changed";
        return ProblemDocument.of(422, detail, errors);
    }
}
