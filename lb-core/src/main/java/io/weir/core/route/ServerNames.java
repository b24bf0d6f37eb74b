package io.weir.core.route;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by server name: exact names first, then {@code *.} suffixes, the longest first. One look-up in a table for each label of the name, however
 * many names there are. Immutable, any thread.
 */
public final class ServerNames<T> {
    /** How much of a name the star of a suffix stands for. */
    public enum Star {
        /** As in certificates (RFC 9525 6.3): {@code *.a.example} is for {@code x.a.example} alone. */
        ONE_LABEL,
        /** {@code *.a.example} is for {@code x.y.a.example} too. */
        ANY_LABELS
    }

    private final Star star;
    private final Map<String, T> valueByName;
    /** By the suffix with its leading dot. */
    private final Map<String, T> valueBySuffix;

    private ServerNames(Star star, Map<String, T> valueByName, Map<String, T> valueBySuffix) {
        this.star = star;
        this.valueByName = Map.copyOf(valueByName);
        this.valueBySuffix = Map.copyOf(valueBySuffix);
    }

    /** Collects the names; of the same name twice the first counts. */
    public static final class Builder<T> {
        private final Star star;
        private final Map<String, T> valueByName = new HashMap<>();
        private final Map<String, T> valueBySuffix = new HashMap<>();

        public Builder(Star star) {
            this.star = star;
        }

        /** @param name in lower case, exact or {@code *.} and a suffix */
        public Builder<T> add(String name, T value) {
            if (name.startsWith("*.")) {
                valueBySuffix.putIfAbsent(name.substring(1), value);
            } else {
                valueByName.putIfAbsent(name, value);
            }
            return this;
        }

        public ServerNames<T> build() {
            return new ServerNames<>(star, valueByName, valueBySuffix);
        }
    }

    /** The value for a name in lower case; null if there is none. */
    public @Nullable T find(String name) {
        T exact = valueByName.get(name);
        if (exact != null || valueBySuffix.isEmpty()) {
            return exact;
        }
        int dot = name.indexOf('.');
        while (dot > 0) {
            T value = valueBySuffix.get(name.substring(dot));
            if (value != null || star == Star.ONE_LABEL) {
                return value;
            }
            dot = name.indexOf('.', dot + 1);
        }
        return null;
    }
}
