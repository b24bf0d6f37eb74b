package io.weir.cli.client;

import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import io.weir.cli.output.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Turns an answer that is no success (RFC 9457 problem details, or whatever came) into what the user reads. */
final class Refusal {
    private static final int SHOWN_CHARACTERS = 200;

    private Refusal() {}

    static CommandFailure of(Endpoint endpoint, ApiRequest request, ApiAnswer answer) {
        ExitCode exitCode = exitCode(answer.status());
        if (endpoint instanceof Endpoint.Http && limitedListener(answer.status())) {
            return CommandFailure.of(ExitCode.NOT_ALLOWED,
                    endpoint.text() + " answered " + answer.status() + " to " + request.method() + " " + request.path(),
                    "admin.http serves only version, metrics and health; run this on the daemon's host with --socket PATH");
        }
        String[] wrongAndAdvice = detail(answer).split("; ", 2);
        List<String> errors = fieldErrors(answer);
        var lines = new ArrayList<String>();
        if (!errors.contains(wrongAndAdvice[0])) {
            lines.add(wrongAndAdvice[0]);
        }
        lines.addAll(errors);
        lines.add(wrongAndAdvice.length > 1 ? wrongAndAdvice[1] : advice(answer.status()));
        return CommandFailure.of(exitCode, lines);
    }

    private static ExitCode exitCode(int status) {
        return switch (status) {
            case 400, 405, 413, 415, 422 -> ExitCode.INVALID;
            case 401, 403 -> ExitCode.NOT_ALLOWED;
            case 404 -> ExitCode.NOT_FOUND;
            case 409, 412 -> ExitCode.CONFLICT;
            default -> ExitCode.FAILED;
        };
    }

    private static boolean limitedListener(int status) {
        return status == 401 || status == 403 || status == 404 || status == 405;
    }

    private static String detail(ApiAnswer answer) {
        JsonNode problem = problem(answer);
        String detail = problem.path("detail").asString("");
        if (detail.isEmpty()) {
            detail = problem.path("title").asString("");
        }
        if (!detail.isEmpty()) {
            return detail;
        }
        String text = answer.text().strip();
        return "the daemon answered " + answer.status()
                + (text.isEmpty() ? "" : ": " + text.substring(0, Math.min(SHOWN_CHARACTERS, text.length())));
    }

    private static List<String> fieldErrors(ApiAnswer answer) {
        return problem(answer).path("errors").valueStream().map(error -> error.path("message").asString(error.toString())).toList();
    }

    private static JsonNode problem(ApiAnswer answer) {
        try {
            JsonNode tree = Json.parse(answer.text());
            return tree.isObject() ? tree : Json.object();
        } catch (JacksonException _) {
            return Json.object();
        }
    }

    private static String advice(int status) {
        return switch (status) {
            case 404 -> "see what there is: weir status";
            case 409 -> "look at it first, then change it with: set, or take it out of use";
            case 412 -> "read the newest revision with: weir config history, and try again";
            case 400, 413, 415, 422 -> "correct the input and try again, nothing was changed";
            case 503 -> "see the daemon's log; try again once it is well";
            default -> "see the daemon's log";
        };
    }
}
