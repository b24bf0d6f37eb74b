package io.weir.core.config;

import io.weir.core.model.Percent;
import java.math.BigInteger;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as the files write them: a whole number and its unit, {@code 500ms}, {@code 64KiB}. Any thread. */
public final class Units {
    static final String DURATION_PATTERN = "^[0-9]{1,18}(ms|s|m|h)$";
    static final String BANDWIDTH_PATTERN = "^[0-9]{1,18}(kbps|Mbps|Gbps)$";
    static final String PERCENT_PATTERN = "^[0-9]{1,4}%$";
    static final String SIZE_PATTERN = "^[0-9]{1,18}(B|KiB|MiB|GiB|TiB)$";

    private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,18})([A-Za-z]+)");
    private static final Map<String, Long> MILLIS_BY_UNIT = ordered("h", 3_600_000L, "m", 60_000L, "s", 1_000L, "ms", 1L);
    private static final Map<String, Long> BYTES_BY_UNIT = ordered("TiB", 1L << 40, "GiB", 1L << 30, "MiB", 1L << 20, "KiB", 1L << 10, "B",
            1L);

    private static final Map<String, Long> BITS_BY_UNIT = ordered("Gbps", 1_000_000_000L, "Mbps", 1_000_000L, "kbps", 1_000L);

    private Units() {}

    /** Reads {@code 500ms}, {@code 2s}, {@code 5m} or {@code 1h}; empty for anything else. */
    public static Optional<Duration> duration(String text) {
        return quantity(text, MILLIS_BY_UNIT).map(Duration::ofMillis);
    }

    /** Reads {@code 50%}, 0%..1000%; empty for anything else. */
    static Optional<Percent> percent(String text) {
        return text.matches(PERCENT_PATTERN)
                ? Optional.of(Integer.parseInt(text, 0, text.length() - 1, 10)).filter(value -> value <= Percent.MAX).map(Percent::new)
                : Optional.empty();
    }

    /** Bytes of {@code 512B}, {@code 64KiB}, {@code 1MiB}, {@code 1GiB} or {@code 1TiB}; empty for anything else. */
    public static Optional<Long> size(String text) {
        return quantity(text, BYTES_BY_UNIT);
    }

    /** Bits a second of {@code 100Mbps}, {@code 1Gbps} or {@code 64kbps}; empty for anything else. */
    static Optional<Long> bandwidth(String text) {
        return quantity(text, BITS_BY_UNIT);
    }

    /** The text of a number of bits a second that is a multiple of 1000, in the widest unit that needs no fraction. */
    static String bandwidthText(long bitsPerSecond) {
        for (var unit : BITS_BY_UNIT.entrySet()) {
            if (bitsPerSecond % unit.getValue() == 0) {
                return bitsPerSecond / unit.getValue() + unit.getKey();
            }
        }
        throw new IllegalArgumentException(bitsPerSecond + " bits a second, want a multiple of 1000");
    }

    /** The text of a whole number of milliseconds, in the widest unit up to seconds that needs no fraction, hours and minutes from 1 h on. */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1_000 != 0) {
            return millis + "ms";
        }
        return millis != 0 && millis % 3_600_000 == 0 ? millis / 3_600_000 + "h" : millis / 1_000 + "s";
    }

    /** The text of a number of bytes, in the widest unit that needs no fraction. */
    public static String text(long bytes) {
        for (var unit : BYTES_BY_UNIT.entrySet()) {
            if (bytes != 0 && bytes % unit.getValue() == 0) {
                return bytes / unit.getValue() + unit.getKey();
            }
        }
        return bytes + "B";
    }

    private static Optional<Long> quantity(String text, Map<String, Long> factors) {
        Matcher matcher = QUANTITY.matcher(text);
        Long factor = matcher.matches() ? factors.get(matcher.group(2)) : null;
        if (factor == null) {
            return Optional.empty();
        }
        BigInteger product = new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(factor));
        return product.bitLength() < Long.SIZE ? Optional.of(product.longValue()) : Optional.empty();
    }

    private static Map<String, Long> ordered(Object... unitsAndFactors) {
        Map<String, Long> map = new LinkedHashMap<>();
        for (int i = 0; i < unitsAndFactors.length; i += 2) {
            map.put((String) unitsAndFactors[i], (Long) unitsAndFactors[i + 1]);
        }
        return map;
    }
}
