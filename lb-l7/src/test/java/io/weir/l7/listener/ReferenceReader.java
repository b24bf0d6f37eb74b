package io.weir.l7.listener;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads requests as slowly and plainly as RFC 9112 is written, and stops at the first byte that it does not allow. Shares nothing with
 * the product: what both read alike is read right.
 */
final class ReferenceReader {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern LINE = Pattern.compile("(" + TOKEN + ") ([!-~&&[^#]]+) HTTP/1\\.([0-9])");
    private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):[ \\t]*([\\t\\x20-\\x7e\\x80-\\xff]*)");
    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,15})[ \\t]*(;[\\t\\x20-\\x7e\\x80-\\xff]*)?");

    private final String text;
    private int at;

    private ReferenceReader(String text) {
        this.text = text;
    }

    /** One whole request, its target in the origin form. */
    record Seen(String method, String target, String body) {}

    /**
     * @param whole whether nothing is left that is no whole request
     */
    record Reading(List<Seen> requests, boolean whole) {}

    private static final class NotAllowed extends Exception {}

    /** The whole requests that {@code bytes} begin with. */
    static Reading read(byte[] bytes) {
        var reader = new ReferenceReader(new String(bytes, StandardCharsets.ISO_8859_1));
        List<Seen> requests = new ArrayList<>();
        try {
            while (reader.at < reader.text.length()) {
                requests.add(reader.request());
            }
            return new Reading(requests, true);
        } catch (NotAllowed stop) {
            return new Reading(requests, false);
        }
    }

    private Seen request() throws NotAllowed {
        if (text.startsWith("\r\n", at)) {
            at += 2;
        }
        Matcher line = matched(LINE, line());
        boolean old = line.group(3).equals("0");
        List<String> hosts = new ArrayList<>();
        List<String> lengths = new ArrayList<>();
        List<String> codings = new ArrayList<>();
        for (String field = line(); !field.isEmpty(); field = line()) {
            Matcher parts = matched(FIELD, field);
            String value = parts.group(2).replaceAll("[ \\t]+$", "");
            switch (parts.group(1).toLowerCase(Locale.ROOT)) {
                case "host" -> hosts.add(value);
                case "content-length" -> lengths.add(value);
                case "transfer-encoding" -> codings.add(value);
                default -> {
                    // says nothing about framing
                }
            }
        }
        boolean sound = hosts.size() <= 1 && (old || hosts.size() == 1) && lengths.size() + codings.size() <= 1
                && (codings.isEmpty() || (!old && codings.getFirst().equalsIgnoreCase("chunked")))
                && (lengths.isEmpty() || lengths.getFirst().matches("[0-9]{1,18}"));
        if (!sound) {
            throw new NotAllowed();
        }
        String body = codings.isEmpty() ? exactly(lengths.isEmpty() ? 0 : Long.parseLong(lengths.getFirst())) : chunks();
        return new Seen(line.group(1), originForm(line.group(1), line.group(2)), body);
    }

    private static String originForm(String method, String target) {
        if (!target.regionMatches(true, 0, "http://", 0, 7)) {
            return target;
        }
        int path = 7;
        while (path < target.length() && target.charAt(path) != '/' && target.charAt(path) != '?') {
            path++;
        }
        if (path == target.length()) {
            return method.equals("OPTIONS") ? "*" : "/";
        }
        return (target.charAt(path) == '?' ? "/" : "") + target.substring(path);
    }

    private String chunks() throws NotAllowed {
        var body = new StringBuilder();
        while (true) {
            long size = Long.parseLong(matched(CHUNK, line()).group(1), 16);
            if (size == 0) {
                for (String trailer = line(); !trailer.isEmpty(); trailer = line()) {
                    matched(FIELD, trailer);
                }
                return body.toString();
            }
            body.append(exactly(size));
            if (!line().isEmpty()) {
                throw new NotAllowed();
            }
        }
    }

    private String exactly(long count) throws NotAllowed {
        if (count > text.length() - at) {
            throw new NotAllowed();
        }
        String taken = text.substring(at, at + (int) count);
        at += (int) count;
        return taken;
    }

    /** Up to the next CRLF, with no other CR or LF before it. */
    private String line() throws NotAllowed {
        int end = text.indexOf("\r\n", at);
        if (end < 0) {
            throw new NotAllowed();
        }
        String line = text.substring(at, end);
        if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
            throw new NotAllowed();
        }
        at = end + 2;
        return line;
    }

    private static Matcher matched(Pattern pattern, String line) throws NotAllowed {
        Matcher matcher = pattern.matcher(line);
        if (!matcher.matches()) {
            throw new NotAllowed();
        }
        return matcher;
    }
}
