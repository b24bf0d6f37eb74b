package io.weir.daemon.admin;

import io.weir.core.health.BackendState;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which backends a list shows (TEN-03): {@code up}, {@code down}, or states by name. A value. */
record StateFilter(Set<String> states) {
    static final Endpoint.Parameter PARAMETER = new Endpoint.Parameter("state",
            "only backends that are up (healthy, warming), down (unhealthy, ejected), or in one of these states, separated by commas");

    private static final Set<BackendState> UP = EnumSet.of(BackendState.HEALTHY, BackendState.WARMING);
    private static final Set<BackendState> DOWN = EnumSet.of(BackendState.UNHEALTHY, BackendState.EJECTED);

    StateFilter {
        states = Set.copyOf(states);
    }

    /** All states where the request names none. */
    static StateFilter of(Request request) {
        List<String> words = request.parameter("state").map(text -> List.of(text.split(",", -1))).orElse(List.of());
        EnumSet<BackendState> states = words.isEmpty() ? EnumSet.allOf(BackendState.class) : EnumSet.noneOf(BackendState.class);
        words.forEach(word -> states.addAll(named(word)));
        return new StateFilter(states.stream().map(BackendState::text).collect(Collectors.toSet()));
    }

    private static Set<BackendState> named(String word) {
        return switch (word) {
            case "up" -> UP;
            case "down" -> DOWN;
            default -> Set.of(Arrays.stream(BackendState.values())
                .filter(state -> state.text().equals(word))
                .findFirst()
                .orElseThrow(
                        () -> RequestRefused.malformed("parameter state is '" + word + "', want up, down, or "
                                + Arrays.stream(BackendState.values())
                                    .map(BackendState::text)
                                    .collect(Collectors.joining(", ")))));
        };
    }

    boolean accepts(BackendRow row) {
        return states.contains(row.state());
    }
}
