package io.weir.cli;

import io.weir.cli.client.ApiAnswer;
import io.weir.cli.client.ApiRequest;
import io.weir.cli.output.CommandFailure;
import io.weir.cli.output.ExitCode;
import io.weir.cli.output.Json;
import io.weir.cli.output.Output;
import tools.jackson.databind.node.ObjectNode;

/** Adds, changes and removes resources through the API and prints what came of it. Confined to the main thread. */
final class Changes {
    private final WeirCommand root;

    Changes(WeirCommand root) {
        this.root = root;
    }

    /** Only where there is none of that name: exit code 4 otherwise. */
    int add(String name, String path, ObjectNode mapping, ChangeOptions options) {
        return send(name, json("PUT", path, "application/json", mapping).withField("If-None-Match", "*"), options);
    }

    /** Replaces the given fields and leaves the others. */
    int set(String name, String path, ObjectNode mapping, ChangeOptions options) {
        if (mapping.isEmpty()) {
            throw CommandFailure.of(ExitCode.INVALID, name + ": nothing to set", "give an option, or --set FIELD=VALUE");
        }
        return send(name, json("PATCH", path, "application/merge-patch+json", mapping), options);
    }

    int remove(String name, String path, ChangeOptions options) {
        return send(name, ApiRequest.of("DELETE", path), options);
    }

    int send(String name, ApiRequest request, ChangeOptions options) {
        ApiAnswer answer = root.client().call(options.applyTo(request));
        Output output = root.output();
        output.change(name, answer.json());
        return ExitCode.DONE.number();
    }

    static ApiRequest json(String method, String path, String contentType, ObjectNode mapping) {
        return ApiRequest.of(method, path).withBody(contentType, Json.oneLine(mapping));
    }
}
