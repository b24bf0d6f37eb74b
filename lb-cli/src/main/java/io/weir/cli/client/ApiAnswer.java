package io.weir.cli.client;

import io.weir.cli.output.Json;
import tools.jackson.databind.JsonNode;

/** An answer of the admin API: its status and its body. Any thread may use it. */
public record ApiAnswer(int status, String text) {
    public JsonNode json() {
        return Json.read(text);
    }
}
