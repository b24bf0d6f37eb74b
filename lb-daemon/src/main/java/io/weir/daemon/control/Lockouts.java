package io.weir.daemon.control;

import io.weir.core.config.Problem;
import io.weir.core.config.TrafficResult;
import io.weir.core.model.AccessList;
import io.weir.core.model.Configuration;
import java.util.List;
import java.util.Optional;

/** Changes that would turn every client of a listener away, which is rather a slip than a wish: they need force (CLB-30). Any thread. */
final class Lockouts {
    private Lockouts() {
    }

    /** The empty lists that allow nobody and that a listener would come to use, unless it uses such a one already. */
    static List<Problem> problems(TrafficResult.Accepted accepted, Configuration inForce) {
        Configuration wanted = accepted.configuration();
        return wanted.accessLists()
            .values()
            .stream()
            .filter(AccessList::shutsEverybodyOut)
            .flatMap(list -> user(wanted, list).filter(_ -> !stands(inForce, list))
                .map(listener -> accepted.document()
                    .problem(List.of("accessLists", list.name(), "entries"), "an empty list",
                            "entries, or force: listener " + listener + " would refuse every client"))
                .stream())
            .toList();
    }

    private static boolean stands(Configuration inForce, AccessList list) {
        return list.equals(inForce.accessLists().get(list.name())) && user(inForce, list).isPresent();
    }

    private static Optional<String> user(Configuration configuration, AccessList list) {
        return configuration.listeners()
            .values()
            .stream()
            .filter(listener -> listener.entrance().accessLists().contains(list.name()))
            .map(listener -> listener.name())
            .findFirst();
    }
}
