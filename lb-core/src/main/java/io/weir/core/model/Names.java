package io.weir.core.model;

import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/** The rule for every name that an operator gives: what is safe in a URL path, a metric label, a file name and a shell. Any thread. */
public final class Names {
    public static final String RULE = "1..63 letters, digits, '.', '_' or '-', starting with a letter or digit";
    public static final String PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$";
    private static final Pattern VALID = Pattern.compile(PATTERN);

    private Names() {
    }

    public static boolean valid(String name) {
        return VALID.matcher(name).matches();
    }

    /** Returns {@code name}; {@code kind} ("pool") is the noun of the error. */
    public static String check(String kind, String name) {
        if (!valid(name)) {
            throw new IllegalArgumentException(kind + " name is '" + name + "', want " + RULE);
        }
        return name;
    }

    /** The name of a backend that came without one: {@code dns-10.0.0.1-8080}. The same address has the same name each time. */
    public static String ofAddress(String source, InetSocketAddress address) {
        return source + "-" + address.getAddress().getHostAddress().replace(':', '-') + "-" + address.getPort();
    }
}
