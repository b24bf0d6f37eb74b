package io.weir.core.model;

import java.util.regex.Pattern;

/** The rule for names that the DNS is asked for (RFC 1035 2.3.4; underscores as in RFC 2782). Any thread. */
final class DnsNames {
    private static final int MAX_LENGTH = 253;
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))*\\.?");

    private DnsNames() {}

    static String check(String name) {
        if (name.length() > MAX_LENGTH || !VALID.matcher(name).matches()) {
            throw new IllegalArgumentException("name is '" + name + "', want a domain name");
        }
        return name;
    }
}
