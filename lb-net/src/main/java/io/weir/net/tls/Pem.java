package io.weir.net.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One block of a PEM file (RFC 7468). Any thread; who gets what it holds leaves that alone. */
final class Pem {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----([^-]*)-----END \\1-----");

    private final String label;
    private final byte[] der;

    private Pem(String label, byte[] der) {
        this.label = label;
        this.der = der;
    }

    /** Such as {@code CERTIFICATE}. */
    String label() {
        return label;
    }

    /** What the block holds. */
    byte[] der() {
        return der;
    }

    /**
     * All blocks of a file in their order; what stands around them is left out, as is usual.
     *
     * @throws IllegalArgumentException if what a block holds is not base64, or is encrypted
     */
    static List<Pem> blocks(String text) {
        List<Pem> blocks = new ArrayList<>();
        Matcher found = BLOCK.matcher(text);
        while (found.find()) {
            if (found.group(1).equals("ENCRYPTED PRIVATE KEY") || found.group(2).contains("Proc-Type:")) {
                throw new IllegalArgumentException("the key is encrypted, want it in the clear");
            }
            String base64 = found.group(2).replaceAll("\\s", "");
            try {
                blocks.add(new Pem(found.group(1), Base64.getDecoder().decode(base64)));
            } catch (IllegalArgumentException _) {
                throw new IllegalArgumentException("block " + found.group(1) + " is not base64");
            }
        }
        return blocks;
    }
}
