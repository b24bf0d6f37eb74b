package io.weir.daemon.admin;

import tools.jackson.databind.json.JsonMapper;

/** Writes records, maps and lists as JSON. Any thread. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Json() {
    }

    static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }
}
